using System.Runtime.InteropServices;

namespace Appliance.Native.GStreamer;

/// <summary>
/// What pipelines call back. Each context is a GCHandle that GLib frees through the destroy function when the signal or probe
/// goes away; every callback catches everything, because an exception must not cross into C.
/// </summary>
public sealed unsafe partial class Pipeline
{
    /// <summary>
    /// When <paramref name="element"/> gets a pad, asks <paramref name="describe"/> (argument: the pad's caps) for the elements
    /// that bring it to the element <paramref name="tail"/>; null ignores the pad. Called on a streaming thread.
    /// </summary>
    public void OnPad(string element, string tail, Func<string, string?> describe, Action<Pipeline>? linked = null)
    {
        using var found = Find(element);
        Connect(found, "pad-added", (nint)(delegate* unmanaged<nint, nint, nint, void>)&PadAdded, new PadContext(this, tail, describe, linked));
    }

    /// <summary>
    /// Lets <paramref name="wanted"/> (argument: the stream's caps) choose the streams an <c>rtspsrc</c> asks for.
    /// </summary>
    public void OnSelectStream(string element, Func<string, bool> wanted)
    {
        using var found = Find(element);
        Connect(found, "select-stream", (nint)(delegate* unmanaged<nint, uint, nint, nint, int>)&SelectStream, wanted);
    }

    /// <summary>Shows <paramref name="tap"/> every packet that leaves <paramref name="element"/>.</summary>
    public void Tap(string element, IEncodedTap tap)
    {
        using var found = Find(element);
        Probe(found, "src", GstPadProbeInfo.Buffer | GstPadProbeInfo.EventDownstream, &PacketPassed, tap);
    }

    private static void Connect(ElementHandle element, string signal, nint callback, object context) =>
        NativeMethods.g_signal_connect_data(
            element.DangerousGetHandle(), signal, callback, GCHandle.ToIntPtr(GCHandle.Alloc(context)), &ReleaseClosure, 0);

    private static void Probe(
        ElementHandle element, string padName, int mask,
        delegate* unmanaged<nint, GstPadProbeInfo*, nint, int> callback, object? context)
    {
        var pad = NativeMethods.gst_element_get_static_pad(element.DangerousGetHandle(), padName);
        if (pad == 0)
            throw new GStreamerException($"the element has no pad '{padName}'");

        var data = context is null ? 0 : GCHandle.ToIntPtr(GCHandle.Alloc(context));
        NativeMethods.gst_pad_add_probe(pad, mask, callback, data, context is null ? null : &ReleaseProbe);
        NativeMethods.gst_object_unref(pad);
    }

    // Decoders copy every picture into a tightly packed buffer unless the sink says that it understands GstVideoMeta
    // (strides and offsets per buffer). appsink 1.22 does not say so by itself; VideoSample maps through the meta.
    private static void OfferVideoMeta(ElementHandle sink) =>
        Probe(sink, "sink", GstPadProbeInfo.QueryDownstream, &AllocationAsked, null);

    [UnmanagedCallersOnly]
    private static int AllocationAsked(nint pad, GstPadProbeInfo* info, nint data)
    {
        if (((GstQuery*)info->Data)->Type != GstQuery.Allocation)
            return GstPadProbeInfo.ReturnOk;

        NativeMethods.gst_query_add_allocation_meta(info->Data, NativeMethods.gst_video_meta_api_get_type(), 0);
        return GstPadProbeInfo.ReturnHandled;
    }

    [UnmanagedCallersOnly]
    private static int PacketPassed(nint pad, GstPadProbeInfo* info, nint data)
    {
        try
        {
            var tap = (IEncodedTap)GCHandle.FromIntPtr(data).Target!;
            if ((info->Type & GstPadProbeInfo.Buffer) != 0)
            {
                tap.OnPacket(new EncodedBuffer((GstBuffer*)info->Data));
            }
            else if (((GstEvent*)info->Data)->Type == GstEvent.Caps)
            {
                nint caps;
                NativeMethods.gst_event_parse_caps(info->Data, &caps);
                tap.OnCaps(GStreamerLibrary.TakeText(NativeMethods.gst_caps_to_string(caps)));
            }
        }
        catch (Exception)
        {
            // A tap that fails must not stop the pictures; what it keeps is its own affair.
        }

        return GstPadProbeInfo.ReturnOk;
    }

    [UnmanagedCallersOnly]
    private static int SelectStream(nint source, uint index, nint caps, nint data)
    {
        try
        {
            var wanted = (Func<string, bool>)GCHandle.FromIntPtr(data).Target!;
            return wanted(GStreamerLibrary.TakeText(NativeMethods.gst_caps_to_string(caps))) ? 1 : 0;
        }
        catch (Exception)
        {
            return 0;
        }
    }

    [UnmanagedCallersOnly]
    private static void PadAdded(nint element, nint pad, nint data)
    {
        var context = (PadContext)GCHandle.FromIntPtr(data).Target!;
        try
        {
            context.Link(pad);
        }
        catch (Exception error)
        {
            context.Failed(error);
        }
    }

    [UnmanagedCallersOnly]
    private static void ReleaseClosure(nint data, nint closure) => GCHandle.FromIntPtr(data).Free();

    [UnmanagedCallersOnly]
    private static void ReleaseProbe(nint data) => GCHandle.FromIntPtr(data).Free();

    private Exception? _linkFailure;

    /// <summary>What went wrong while a new pad was being connected, if anything.</summary>
    public Exception? LinkFailure => Volatile.Read(ref _linkFailure);

    private sealed class PadContext(Pipeline owner, string tail, Func<string, string?> describe, Action<Pipeline>? linked)
    {
        public void Failed(Exception error) => Interlocked.CompareExchange(ref owner._linkFailure, error, null);

        public void Link(nint pad)
        {
            var caps = NativeMethods.gst_pad_get_current_caps(pad);
            if (caps == 0)
                caps = NativeMethods.gst_pad_query_caps(pad, 0);
            var text = GStreamerLibrary.TakeText(NativeMethods.gst_caps_to_string(caps));
            NativeMethods.gst_mini_object_unref(caps);
            if (describe(text) is not { } description)
                return;

            GError* error = null;
            var bin = NativeMethods.gst_parse_bin_from_description(description, 1, &error);
            if (bin == 0 || error != null)
                throw new GStreamerException(GStreamerLibrary.TakeMessage(error));

            NativeMethods.gst_bin_add(owner.Native, bin); // sinks the floating reference
            linked?.Invoke(owner);
            var end = NativeMethods.gst_bin_get_by_name(owner.Native, tail);
            var from = NativeMethods.gst_element_get_static_pad(bin, "src");
            var to = NativeMethods.gst_element_get_static_pad(end, "sink");
            var into = NativeMethods.gst_element_get_static_pad(bin, "sink");
            var isLinked = NativeMethods.gst_pad_link(from, to) == 0;
            NativeMethods.gst_element_sync_state_with_parent(bin);
            isLinked = isLinked && NativeMethods.gst_pad_link(pad, into) == 0;
            foreach (var reference in (ReadOnlySpan<nint>)[into, to, from, end])
                NativeMethods.gst_object_unref(reference);
            if (!isLinked)
                throw new GStreamerException($"no way from {text} to a picture");
        }
    }
}
