using System.Runtime.InteropServices;

namespace Appliance.Native.GStreamer;

/// <summary>
/// A GstRTSPServer with its own main loop on its own thread. Each mount is a pipeline that begins with
/// <c>appsrc name=source</c>; it is made when the first client comes, shared by all, and dropped with the last.
/// </summary>
public sealed unsafe class RtspServerRoom : IDisposable
{
    private const string Role = "viewer";

    private readonly nint _context;
    private readonly nint _loop;
    private readonly nint _server;
    private readonly nint _listener;
    private readonly Thread _thread;
    private readonly bool _needsLogin;
    private int _isDisposed;

    /// <exception cref="GStreamerException">The library is missing or the port is taken.</exception>
    public RtspServerRoom(string address, int port, string? username, string? password)
    {
        GStreamerLibrary.Require();
        try
        {
            _server = NativeMethods.gst_rtsp_server_new();
        }
        catch (DllNotFoundException missing)
        {
            throw new GStreamerException($"{missing.Message}; install libgstrtspserver-1.0-0");
        }

        _context = NativeMethods.g_main_context_new();
        _loop = NativeMethods.g_main_loop_new(_context, 0);
        NativeMethods.gst_rtsp_server_set_address(_server, address);
        NativeMethods.gst_rtsp_server_set_service(_server, port.ToString());
        _needsLogin = username is not null;
        if (username is not null)
            RequireLogin(username, password ?? "");

        _thread = new Thread(() => NativeMethods.g_main_loop_run(_loop)) { IsBackground = true, Name = "rtsp-server" };
        GError* error = null;
        _listener = NativeMethods.gst_rtsp_server_create_source(_server, 0, &error);
        if (_listener == 0)
        {
            var why = GStreamerLibrary.TakeMessage(error);
            Release();
            throw new GStreamerException($"cannot listen on {address}:{port}: {why}");
        }

        NativeMethods.g_source_attach(_listener, _context);
        Port = NativeMethods.gst_rtsp_server_get_bound_port(_server);
        // Clients that vanished without TEARDOWN are forgotten here.
        Attach(NativeMethods.g_timeout_source_new(2000), &CleanUp);
        _thread.Start();
    }

    /// <summary>The bound port.</summary>
    public int Port { get; }

    /// <summary>
    /// Adds a mount. <paramref name="configured"/> gets the <c>appsrc</c> of every pipeline made for it, on a thread of the
    /// server, and owns it.
    /// </summary>
    public void Mount(string path, string launch, Action<BufferSource> configured)
    {
        var factory = NativeMethods.gst_rtsp_media_factory_new();
        NativeMethods.gst_rtsp_media_factory_set_launch(factory, launch);
        NativeMethods.gst_rtsp_media_factory_set_shared(factory, 1);
        if (_needsLogin)
        {
            var permissions = NativeMethods.gst_rtsp_permissions_new();
            NativeMethods.gst_rtsp_permissions_add_permission_for_role(permissions, Role, "media.factory.access", 1);
            NativeMethods.gst_rtsp_permissions_add_permission_for_role(permissions, Role, "media.factory.construct", 1);
            NativeMethods.gst_rtsp_media_factory_set_permissions(factory, permissions);
            NativeMethods.gst_mini_object_unref(permissions);
        }

        NativeMethods.g_signal_connect_data(
            factory, "media-configure", (nint)(delegate* unmanaged<nint, nint, nint, void>)&Configured,
            GCHandle.ToIntPtr(GCHandle.Alloc(configured)), &ReleaseContext, 0);
        var mounts = NativeMethods.gst_rtsp_server_get_mount_points(_server);
        NativeMethods.gst_rtsp_mount_points_add_factory(mounts, path, factory); // takes the factory
        NativeMethods.g_object_unref(mounts);
    }

    /// <summary>Removes a mount and drops the clients that watch it.</summary>
    public void Unmount(string path)
    {
        var mounts = NativeMethods.gst_rtsp_server_get_mount_points(_server);
        NativeMethods.gst_rtsp_mount_points_remove_factory(mounts, path);
        NativeMethods.g_object_unref(mounts);

        var text = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            var search = new Search { Path = text };
            FreeList(NativeMethods.gst_rtsp_server_client_filter(_server, &DropIfWatching, (nint)(&search)));
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;

        NativeMethods.g_source_destroy(_listener);
        NativeMethods.g_source_unref(_listener);
        FreeList(NativeMethods.gst_rtsp_server_client_filter(_server, &DropAll, 0));
        // Quits from inside the loop, after what the dropped clients still have to do there.
        Attach(NativeMethods.g_idle_source_new(), &Quit, _loop);
        _thread.Join();
        Release();
    }

    private void Release()
    {
        NativeMethods.g_object_unref(_server);
        NativeMethods.g_main_loop_unref(_loop);
        NativeMethods.g_main_context_unref(_context);
    }

    private void Attach(nint source, delegate* unmanaged<nint, int> callback, nint data = 0)
    {
        NativeMethods.g_source_set_callback(source, callback, data == 0 ? _server : data, null);
        NativeMethods.g_source_attach(source, _context);
        NativeMethods.g_source_unref(source);
    }

    private void RequireLogin(string username, string password)
    {
        var auth = NativeMethods.gst_rtsp_auth_new();
        NativeMethods.gst_rtsp_auth_set_supported_methods(auth, NativeMethods.RtspAuthDigest);
        var token = NativeMethods.gst_rtsp_token_new_empty();
        NativeMethods.gst_rtsp_token_set_string(token, "media.factory.role", Role);
        NativeMethods.gst_rtsp_auth_add_digest(auth, username, password, token);
        NativeMethods.gst_mini_object_unref(token);
        NativeMethods.gst_rtsp_server_set_auth(_server, auth);
        NativeMethods.g_object_unref(auth);
    }

    private static void FreeList(nint list)
    {
        if (list != 0)
            NativeMethods.g_list_free(list);
    }

    [UnmanagedCallersOnly]
    private static void Configured(nint factory, nint media, nint data)
    {
        try
        {
            var configured = (Action<BufferSource>)GCHandle.FromIntPtr(data).Target!;
            var element = NativeMethods.gst_rtsp_media_get_element(media);
            var source = NativeMethods.gst_bin_get_by_name_recurse_up(element, "source");
            NativeMethods.gst_object_unref(element);
            configured(new BufferSource(new ElementHandle(source)));
        }
        catch (Exception)
        {
            // Must not cross into C; the client sees a stream without data.
        }
    }

    [UnmanagedCallersOnly]
    private static void ReleaseContext(nint data, nint closure) => GCHandle.FromIntPtr(data).Free();

    [UnmanagedCallersOnly]
    private static int CleanUp(nint server)
    {
        var pool = NativeMethods.gst_rtsp_server_get_session_pool(server);
        NativeMethods.gst_rtsp_session_pool_cleanup(pool);
        NativeMethods.g_object_unref(pool);
        return 1;
    }

    [UnmanagedCallersOnly]
    private static int Quit(nint loop)
    {
        NativeMethods.g_main_loop_quit(loop);
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int DropAll(nint server, nint client, nint data) => NativeMethods.FilterRemove;

    [UnmanagedCallersOnly]
    private static int DropIfWatching(nint server, nint client, nint data)
    {
        var search = (Search*)data;
        search->IsFound = 0;
        FreeList(NativeMethods.gst_rtsp_client_session_filter(client, &FindMedia, data));
        return search->IsFound != 0 ? NativeMethods.FilterRemove : NativeMethods.FilterKeep;
    }

    [UnmanagedCallersOnly]
    private static int FindMedia(nint client, nint session, nint data)
    {
        var search = (Search*)data;
        int matched;
        if (NativeMethods.gst_rtsp_session_get_media(session, search->Path, &matched) != 0)
            search->IsFound = 1;
        return NativeMethods.FilterKeep;
    }

    private struct Search
    {
        public nint Path;
        public int IsFound;
    }
}
