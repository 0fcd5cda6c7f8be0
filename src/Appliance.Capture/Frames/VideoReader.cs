using System.Diagnostics.CodeAnalysis;
using Appliance.Capture.Cameras;
using Appliance.Core.Cameras;
using Appliance.Core.Frames;
using Appliance.Native.GStreamer;

namespace Appliance.Capture.Frames;

/// <summary>
/// Pulls the frames of a file (or any other source) one by one on the caller's thread: nothing is dropped, decoding waits
/// for the caller. For <c>analyze</c>, tests and benchmarks.
/// </summary>
public sealed class VideoReader : IDisposable
{
    private static readonly CameraId s_id = new("file");
    private static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(100);

    private readonly GstFramePool _pool = new();
    private readonly MediaStream _stream;
    private readonly RateGate _gate;
    private readonly Func<long?, bool> _wanted;
    private GstFrame? _next;
    private long _sequence;

    private VideoReader(MediaStream stream, double framesPerSecond)
    {
        _stream = stream;
        _gate = new RateGate(framesPerSecond);
        _wanted = time => time is not { } known || _gate.Admit(known);
    }

    /// <summary>Picture width in pixels.</summary>
    public int Width { get; private set; }

    /// <summary>Picture height in pixels.</summary>
    public int Height { get; private set; }

    /// <summary>Length, when the container knows it.</summary>
    public TimeSpan? Duration => _stream.Duration;

    /// <summary>Such as <c>h264</c>.</summary>
    public string Codec => _stream.Codec;

    /// <summary>GStreamer element that decodes.</summary>
    public string Decoder => _stream.Decoder;

    /// <summary>Frames decoded so far, skipped ones included.</summary>
    public long Decoded { get; private set; }

    /// <summary>Opens <paramref name="source"/>, written as in <see cref="CameraOptions.Source"/>.</summary>
    /// <param name="source">File path or URL.</param>
    /// <param name="realtime">Give the frames at the recorded speed instead of as fast as they are taken.</param>
    /// <param name="framesPerSecond">Frames above this rate are skipped; 0 gives all.</param>
    /// <exception cref="CaptureException">It cannot be opened or holds no video that can be decoded.</exception>
    public static VideoReader Open(string source, bool realtime = false, double framesPerSecond = 0)
    {
        var stream = MediaStream.Open(SourceAddress.Parse(source), new StreamSettings { Realtime = realtime });
        var reader = new VideoReader(stream, framesPerSecond);
        try
        {
            // The size is known with the first picture; it waits here for the first TryRead.
            reader._next = reader.Read();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The next frame, which the caller disposes; false at the end of the stream.</summary>
    /// <exception cref="CaptureException">The stream broke.</exception>
    public bool TryRead([NotNullWhen(true)] out Frame? frame)
    {
        frame = _next ?? Read();
        _next = null;
        return frame is not null;
    }

    public void Dispose()
    {
        _next?.Dispose();
        _next = null;
        _stream.Dispose();
    }

    private GstFrame? Read()
    {
        var frame = _pool.Rent();
        while (true)
        {
            var result = _stream.Pull(frame.Sample, s_wait, _wanted);
            if (result is PullResult.Taken or PullResult.Skipped)
                Decoded++;
            if (result == PullResult.End)
                return null;
            if (result != PullResult.Taken)
                continue;

            var time = TimeSpan.FromTicks((frame.Sample.Pts ?? 0) / 100);
            frame.Begin(s_id, _sequence++, time, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetTimestamp());
            Width = frame.Width;
            Height = frame.Height;
            return frame;
        }
    }
}
