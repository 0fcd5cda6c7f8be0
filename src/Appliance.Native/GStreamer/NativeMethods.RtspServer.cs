using System.Runtime.InteropServices;

namespace Appliance.Native.GStreamer;

/// <summary>libgstrtspserver 1.22.</summary>
internal static unsafe partial class NativeMethods
{
    internal const int RtspAuthDigest = 2;
    internal const int FilterRemove = 0;
    internal const int FilterKeep = 1;

    private const string RtspServer = "libgstrtspserver-1.0.so.0";

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_server_new();

    [LibraryImport(RtspServer, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void gst_rtsp_server_set_address(nint server, string address);

    [LibraryImport(RtspServer, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void gst_rtsp_server_set_service(nint server, string service);

    [LibraryImport(RtspServer)]
    internal static partial int gst_rtsp_server_get_bound_port(nint server);

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_server_create_source(nint server, nint cancellable, GError** error);

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_server_get_mount_points(nint server);

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_server_get_session_pool(nint server);

    [LibraryImport(RtspServer)]
    internal static partial uint gst_rtsp_session_pool_cleanup(nint pool);

    [LibraryImport(RtspServer)]
    internal static partial void gst_rtsp_server_set_auth(nint server, nint auth);

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_server_client_filter(
        nint server, delegate* unmanaged<nint, nint, nint, int> filter, nint data);

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_client_session_filter(
        nint client, delegate* unmanaged<nint, nint, nint, int> filter, nint data);

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_session_get_media(nint session, nint path, int* matched);

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_auth_new();

    [LibraryImport(RtspServer)]
    internal static partial void gst_rtsp_auth_set_supported_methods(nint auth, int methods);

    [LibraryImport(RtspServer, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void gst_rtsp_auth_add_digest(nint auth, string user, string password, nint token);

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_token_new_empty();

    [LibraryImport(RtspServer, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void gst_rtsp_token_set_string(nint token, string field, string value);

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_permissions_new();

    [LibraryImport(RtspServer, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void gst_rtsp_permissions_add_permission_for_role(
        nint permissions, string role, string permission, int allowed);

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_media_factory_new();

    [LibraryImport(RtspServer, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void gst_rtsp_media_factory_set_launch(nint factory, string launch);

    [LibraryImport(RtspServer)]
    internal static partial void gst_rtsp_media_factory_set_shared(nint factory, int shared);

    [LibraryImport(RtspServer)]
    internal static partial void gst_rtsp_media_factory_set_permissions(nint factory, nint permissions);

    [LibraryImport(RtspServer, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void gst_rtsp_mount_points_add_factory(nint mounts, string path, nint factory);

    [LibraryImport(RtspServer, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void gst_rtsp_mount_points_remove_factory(nint mounts, string path);

    [LibraryImport(RtspServer)]
    internal static partial nint gst_rtsp_media_get_element(nint media);

    [LibraryImport(Core, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint gst_bin_get_by_name_recurse_up(nint bin, string name);
}
