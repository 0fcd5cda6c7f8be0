using System.Runtime.InteropServices;

namespace Appliance.Native.GStreamer;

/// <summary>GStreamer 1.22 core, app and video libraries. Status: gboolean is an int, times are nanoseconds, all-ones is "none".</summary>
internal static unsafe partial class NativeMethods
{
    internal const ulong ClockTimeNone = ulong.MaxValue;

    private const string Core = "libgstreamer-1.0.so.0";
    private const string App = "libgstapp-1.0.so.0";
    private const string Video = "libgstvideo-1.0.so.0";

    [LibraryImport(Core)]
    internal static partial int gst_init_check(nint argc, nint argv, GError** error);

    [LibraryImport(Core)]
    internal static partial byte* gst_version_string();

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint gst_element_factory_find(string name);

    [LibraryImport(Core)]
    internal static partial nint gst_element_get_factory(nint element);

    [LibraryImport(Core)]
    internal static partial byte* gst_object_get_name(nint element);

    [LibraryImport(Core)]
    internal static partial void gst_object_unref(nint instance);

    [LibraryImport(Core)]
    internal static partial nint gst_object_ref(nint instance);

    [LibraryImport(Core)]
    internal static partial nint gst_object_ref_sink(nint instance);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint gst_parse_launch(string description, GError** error);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint gst_parse_bin_from_description(string description, int ghostUnlinkedPads, GError** error);

    [LibraryImport(Core)]
    internal static partial int gst_bin_add(nint bin, nint element);

    [LibraryImport(Core)]
    internal static partial int gst_bin_remove(nint bin, nint element);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint gst_bin_get_by_name(nint bin, string name);

    [LibraryImport(Core)]
    internal static partial int gst_element_set_state(nint element, int state);

    [LibraryImport(Core)]
    internal static partial int gst_element_get_state(nint element, int* state, int* pending, ulong timeout);

    [LibraryImport(Core)]
    internal static partial int gst_element_sync_state_with_parent(nint element);

    [LibraryImport(Core)]
    internal static partial nint gst_element_get_bus(nint element);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint gst_element_get_static_pad(nint element, string name);

    [LibraryImport(Core)]
    internal static partial int gst_element_query_duration(nint element, int format, long* duration);

    [LibraryImport(Core)]
    internal static partial int gst_pad_link(nint source, nint sink);

    [LibraryImport(Core)]
    internal static partial int gst_pad_is_linked(nint pad);

    [LibraryImport(Core)]
    internal static partial nint gst_pad_get_current_caps(nint pad);

    [LibraryImport(Core)]
    internal static partial nint gst_pad_query_caps(nint pad, nint filter);

    [LibraryImport(Core)]
    internal static partial CULong gst_pad_add_probe(
        nint pad, int mask, delegate* unmanaged<nint, GstPadProbeInfo*, nint, int> callback, nint data,
        delegate* unmanaged<nint, void> destroy);

    [LibraryImport(Core)]
    internal static partial GstMessage* gst_bus_timed_pop_filtered(nint bus, ulong timeout, int types);

    [LibraryImport(Core)]
    internal static partial void gst_message_parse_error(GstMessage* message, GError** error, byte** debug);

    [LibraryImport(Core)]
    internal static partial void gst_message_parse_warning(GstMessage* message, GError** error, byte** debug);

    [LibraryImport(Core)]
    internal static partial void gst_event_parse_caps(nint gstEvent, nint* caps);

    [LibraryImport(Core)]
    internal static partial void gst_query_add_allocation_meta(nint query, nuint api, nint parameters);

    [LibraryImport(Core)]
    internal static partial nint gst_caps_to_string(nint caps);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint gst_caps_from_string(string caps);

    /// <summary>For buffers, caps, samples, messages: everything derived from GstMiniObject.</summary>
    [LibraryImport(Core)]
    internal static partial nint gst_mini_object_ref(nint instance);

    [LibraryImport(Core)]
    internal static partial void gst_mini_object_unref(nint instance);

    [LibraryImport(Core)]
    internal static partial GstBuffer* gst_sample_get_buffer(nint sample);

    [LibraryImport(Core)]
    internal static partial nint gst_sample_get_caps(nint sample);

    [LibraryImport(Core)]
    internal static partial nint gst_sample_get_segment(nint sample);

    [LibraryImport(Core)]
    internal static partial ulong gst_segment_to_stream_time(nint segment, int format, ulong position);

    [LibraryImport(Core)]
    internal static partial nuint gst_buffer_get_size(GstBuffer* buffer);

    [LibraryImport(Core)]
    internal static partial nuint gst_buffer_extract(GstBuffer* buffer, nuint offset, byte* destination, nuint size);

    [LibraryImport(Core)]
    internal static partial GstBuffer* gst_buffer_new_allocate(nint allocator, nuint size, nint parameters);

    [LibraryImport(Core)]
    internal static partial nuint gst_buffer_fill(GstBuffer* buffer, nuint offset, byte* source, nuint size);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void gst_util_set_object_arg(nint instance, string name, string value);

    [LibraryImport(App)]
    internal static partial nint gst_app_sink_try_pull_sample(ElementHandle sink, ulong timeout);

    [LibraryImport(App)]
    internal static partial int gst_app_sink_is_eos(ElementHandle sink);

    [LibraryImport(App)]
    internal static partial int gst_app_src_push_buffer(ElementHandle source, GstBuffer* buffer);

    [LibraryImport(App)]
    internal static partial int gst_app_src_end_of_stream(ElementHandle source);

    [LibraryImport(App)]
    internal static partial ulong gst_app_src_get_current_level_buffers(ElementHandle source);

    [LibraryImport(App)]
    internal static partial void gst_app_src_set_caps(ElementHandle source, nint caps);

    [LibraryImport(Video)]
    internal static partial int gst_video_info_from_caps(GstVideoInfo* info, nint caps);

    [LibraryImport(Video)]
    internal static partial int gst_video_info_set_format(GstVideoInfo* info, int format, uint width, uint height);

    [LibraryImport(Video)]
    internal static partial int gst_video_frame_map(GstVideoFrame* frame, GstVideoInfo* info, GstBuffer* buffer, int flags);

    [LibraryImport(Video)]
    internal static partial void gst_video_frame_unmap(GstVideoFrame* frame);

    [LibraryImport(Video)]
    internal static partial nuint gst_video_meta_api_get_type();
}
