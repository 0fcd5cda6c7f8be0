namespace Appliance.Capture.Serving;

/// <summary>
/// Serves recorded H.264 files as RTSP cameras at the recorded speed, without re-encoding: for the demo and the tests.
/// </summary>
public sealed class RtspServer : IDisposable
{
    /// <param name="port">0 takes a free one; see <see cref="Port"/>.</param>
    /// <param name="username">With <paramref name="password"/>: clients must authenticate (digest).</param>
    /// <param name="password">Never logged.</param>
    /// <param name="address">Address to listen on.</param>
    /// <exception cref="CaptureException">The library is missing or the port is taken.</exception>
    public static RtspServer Start(int port = 0, string? username = null, string? password = null, string address = "127.0.0.1") =>
        throw new NotImplementedException();

    /// <summary>The bound port.</summary>
    public int Port => throw new NotImplementedException();

    /// <summary>Serves <paramref name="file"/> (MP4 with H.264, or a raw H.264 stream) under <paramref name="path"/>.</summary>
    /// <param name="path">Such as <c>/gate</c>.</param>
    /// <param name="file">Read once, kept in memory.</param>
    /// <param name="loop">Begin again at the end, with timestamps that go on; otherwise the stream ends there.</param>
    public RtspMount Mount(string path, string file, bool loop = true) => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
