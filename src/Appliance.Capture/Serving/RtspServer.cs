using Appliance.Native.GStreamer;

namespace Appliance.Capture.Serving;

/// <summary>
/// Serves recorded H.264 files as RTSP cameras at the recorded speed, without re-encoding: for the demo and the tests.
/// </summary>
public sealed class RtspServer : IDisposable
{
    private readonly RtspServerRoom _server;
    private readonly string _address;
    private readonly List<RtspMount> _mounts = [];

    private RtspServer(RtspServerRoom server, string address)
    {
        _server = server;
        _address = address;
    }

    /// <summary>The bound port.</summary>
    public int Port => _server.Port;

    /// <param name="port">0 takes a free one; see <see cref="Port"/>.</param>
    /// <param name="username">With <paramref name="password"/>: clients must authenticate (digest).</param>
    /// <param name="password">Never logged.</param>
    /// <param name="address">Address to listen on.</param>
    /// <exception cref="CaptureException">The library is missing or the port is taken.</exception>
    public static RtspServer Start(int port = 0, string? username = null, string? password = null, string address = "127.0.0.1")
    {
        try
        {
            return new RtspServer(new RtspServerRoom(address, port, username, password), address);
        }
        catch (GStreamerException fault)
        {
            throw new CaptureException($"the RTSP server does not start: {fault.Message}", fault);
        }
    }

    /// <summary>Serves <paramref name="file"/> (MP4 or Matroska with H.264, or a raw H.264 stream) under <paramref name="path"/>.</summary>
    /// <param name="path">Such as <c>/gate</c>.</param>
    /// <param name="file">Read once, kept in memory.</param>
    /// <param name="loop">Begin again at the end, with timestamps that go on; otherwise the stream ends there.</param>
    /// <exception cref="CaptureException">The file holds no H.264 video.</exception>
    public RtspMount Mount(string path, string file, bool loop = true)
    {
        if (!path.StartsWith('/'))
            throw new ArgumentException("a path begins with '/'", nameof(path));

        var mount = new RtspMount(_server, path, $"rtsp://{_address}:{Port}{path}", RecordedVideo.Read(file), loop);
        _mounts.Add(mount);
        mount.Revive();
        return mount;
    }

    public void Dispose()
    {
        foreach (var mount in _mounts)
            mount.End();
        _server.Dispose();
        foreach (var mount in _mounts)
            mount.Join();
    }
}
