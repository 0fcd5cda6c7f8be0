using System.Runtime.InteropServices;

namespace Appliance.Native.GStreamer;

/// <summary>GLib and GObject: memory, errors, signals, main loop.</summary>
internal static unsafe partial class NativeMethods
{
    private const string GLib = "libglib-2.0.so.0";
    private const string GObject = "libgobject-2.0.so.0";

    [LibraryImport(GLib)]
    internal static partial void g_free(nint memory);

    [LibraryImport(GLib)]
    internal static partial void g_error_free(GError* error);

    [LibraryImport(GLib)]
    internal static partial byte* g_quark_to_string(uint quark);

    [LibraryImport(GLib)]
    internal static partial nint g_main_context_new();

    [LibraryImport(GLib)]
    internal static partial void g_main_context_unref(nint context);

    [LibraryImport(GLib)]
    internal static partial nint g_main_loop_new(nint context, int running);

    [LibraryImport(GLib)]
    internal static partial void g_main_loop_run(nint loop);

    [LibraryImport(GLib)]
    internal static partial void g_main_loop_quit(nint loop);

    [LibraryImport(GLib)]
    internal static partial void g_main_loop_unref(nint loop);

    [LibraryImport(GLib)]
    internal static partial nint g_main_context_find_source_by_id(nint context, uint id);

    [LibraryImport(GLib)]
    internal static partial nint g_timeout_source_new(uint milliseconds);

    [LibraryImport(GLib)]
    internal static partial nint g_idle_source_new();

    [LibraryImport(GLib)]
    internal static partial void g_source_set_callback(
        nint source, delegate* unmanaged<nint, int> callback, nint data, delegate* unmanaged<nint, void> destroy);

    [LibraryImport(GLib)]
    internal static partial uint g_source_attach(nint source, nint context);

    [LibraryImport(GLib)]
    internal static partial void g_source_destroy(nint source);

    [LibraryImport(GLib)]
    internal static partial void g_source_unref(nint source);

    [LibraryImport(GLib)]
    internal static partial void g_list_free(nint list);

    [LibraryImport(GObject)]
    internal static partial void g_object_unref(nint instance);

    [LibraryImport(GObject)]
    internal static partial void g_object_weak_ref(nint instance, delegate* unmanaged<nint, nint, void> notify, nint data);

    [LibraryImport(GObject, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial CULong g_signal_connect_data(
        nint instance, string signal, nint callback, nint data, delegate* unmanaged<nint, nint, void> destroy, int flags);
}
