using System.Diagnostics;
using Appliance.Native.GStreamer;

namespace Appliance.Capture.Serving;

/// <summary>One stream of an <see cref="RtspServer"/>, with the faults a real camera can have.</summary>
public sealed class RtspMount
{
    // The mount's video is shared: whoever comes later joins in the middle, as with a camera.
    private const string Launch =
        "( appsrc name=source is-live=true format=time block=true max-buffers=16 max-bytes=0 ! "
        + "rtph264pay name=pay0 pt=96 config-interval=-1 )";

    private readonly RtspServerRoom _server;
    private readonly string _path;
    private readonly RecordedVideo _video;
    private readonly bool _loop;
    private readonly Lock _lock = new();
    private readonly List<Thread> _players = [];
    private readonly ManualResetEventSlim _ending = new();
    private bool _isMounted;

    internal RtspMount(RtspServerRoom server, string path, string url, RecordedVideo video, bool loop)
    {
        _server = server;
        _path = path;
        Url = url;
        _video = video;
        _loop = loop;
    }

    /// <summary><c>rtsp://127.0.0.1:port/path</c>, without credentials.</summary>
    public string Url { get; }

    /// <summary>While true, stays connected but sends nothing.</summary>
    public bool Silent { get; set; }

    /// <summary>While true, every slice is damaged, so that nothing can be decoded.</summary>
    public bool Corrupt { get; set; }

    /// <summary>Drops all clients and refuses new ones, as a camera that lost power.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            if (_isMounted)
                _server.Unmount(_path);
            _isMounted = false;
        }
    }

    /// <summary>Brings a killed mount back.</summary>
    public void Revive()
    {
        lock (_lock)
        {
            if (!_isMounted)
                _server.Mount(_path, Launch, Play);
            _isMounted = true;
        }
    }

    internal void End() => _ending.Set();

    internal void Join()
    {
        lock (_lock)
        {
            foreach (var player in _players)
                player.Join();
        }

        _ending.Dispose();
    }

    private void Play(BufferSource source)
    {
        var player = new Thread(() => Push(source)) { IsBackground = true, Name = $"rtsp {_path}" };
        lock (_lock)
        {
            _players.RemoveAll(old => !old.IsAlive);
            _players.Add(player);
        }

        player.Start();
    }

    // Ends when the server has dropped the pipeline (a push is refused) or is being disposed.
    private void Push(BufferSource source)
    {
        using (source)
        {
            source.SetCaps(_video.Caps);
            var started = Stopwatch.GetTimestamp();
            var sent = 0;
            for (var offset = 0L; ; offset += _video.Length)
            {
                foreach (var unit in _video.Units)
                {
                    var wait = TimeSpan.FromTicks((offset + unit.Dts) / 100) - Stopwatch.GetElapsedTime(started);
                    if (wait > TimeSpan.Zero ? _ending.Wait(wait) : _ending.IsSet)
                        return;
                    // The server answers no client, of any mount, before a new pipeline has seen its first packets.
                    if ((!Silent || sent++ < 2) && !Send(source, unit, offset))
                        return;
                }

                if (!_loop)
                {
                    source.EndOfStream();
                    return;
                }
            }
        }
    }

    private bool Send(BufferSource source, RecordedVideo.Unit unit, long offset)
    {
        var bytes = _video.Bytes(unit);
        if (!Corrupt)
            return source.Push(bytes, offset + unit.Pts, offset + unit.Dts, null, unit.IsKeyFrame);

        var damaged = bytes.ToArray();
        DamageSlices(damaged);
        return source.Push(damaged, offset + unit.Pts, offset + unit.Dts, null, unit.IsKeyFrame);
    }

    // Annex B: the slices' bytes become noise, all else (start codes, NAL headers, parameter sets) stays, so that on the wire it
    // is still H.264. No zero byte is written: three in a row would be a start code.
    private static void DamageSlices(Span<byte> unit)
    {
        var isSlice = false;
        for (var i = 0; i < unit.Length; i++)
        {
            if (i + 3 < unit.Length && unit[i] == 0 && unit[i + 1] == 0 && unit[i + 2] == 1)
            {
                isSlice = (unit[i + 3] & 0x1F) is 1 or 5;
                i += 3;
            }
            else if (isSlice)
            {
                unit[i] = (byte)((unit[i] * 31) + i | 1);
            }
        }
    }
}
