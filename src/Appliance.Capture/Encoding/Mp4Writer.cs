using Appliance.Native.GStreamer;

namespace Appliance.Capture.Encoding;

/// <summary>Muxes encoded packets into an MP4 file, without decoding them. Used by one thread at a time.</summary>
public sealed class Mp4Writer : IDisposable
{
    private const int MostWaiting = 64;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Pipeline _pipeline;
    private readonly BufferSource _source;
    private TimeSpan? _start;
    private bool _isFinished;

    private Mp4Writer(Pipeline pipeline, BufferSource source)
    {
        _pipeline = pipeline;
        _source = source;
    }

    /// <param name="path">File to write; an existing one is replaced.</param>
    /// <param name="caps">Caps of the packets, as in <see cref="EncodedClip.Caps"/>.</param>
    /// <exception cref="CaptureException">The codec cannot be put into MP4, or the library is missing.</exception>
    public static Mp4Writer Create(string path, string caps)
    {
        var parser = Parser(caps);
        try
        {
            var pipeline = Pipeline.Parse(
                $"appsrc name=in format=time max-bytes=0 ! {parser} ! mp4mux faststart=true ! filesink name=file");
            pipeline.Set("file", "location", path);
            var source = pipeline.Source("in");
            source.SetCaps(caps);
            pipeline.Play();
            return new Mp4Writer(pipeline, source);
        }
        catch (GStreamerException fault)
        {
            throw new CaptureException($"no MP4 can be written: {fault.Message}", fault);
        }
    }

    /// <summary>What stands between packets of these caps and the muxer.</summary>
    // Cameras send presentation times only; h264timestamper works the decoding times out that MP4 needs.
    internal static string Parser(string caps) => caps switch
    {
        _ when caps.StartsWith("video/x-h264", StringComparison.Ordinal) => "h264parse ! video/x-h264,stream-format=avc,alignment=au ! h264timestamper",
        _ when caps.StartsWith("video/x-h265", StringComparison.Ordinal) => "h265parse ! video/x-h265,stream-format=hvc1,alignment=au ! h265timestamper",
        _ when caps.StartsWith("image/jpeg", StringComparison.Ordinal) => "jpegparse",
        _ => throw new CaptureException($"this codec cannot be put into MP4: {caps}"),
    };

    /// <summary>Adds one packet; the first must be a key frame. Times are shifted so that the file begins at zero.</summary>
    /// <exception cref="CaptureException">The file cannot be written.</exception>
    public void Write(EncodedPacket packet, ReadOnlySpan<byte> bytes)
    {
        _start ??= packet.Dts ?? packet.Pts ?? TimeSpan.Zero;
        try
        {
            _pipeline.AwaitRoom(_source, MostWaiting);
            if (_source.Push(bytes, Shifted(packet.Pts), Shifted(packet.Dts), packet.Duration?.Ticks * 100, packet.IsKeyFrame))
                return;

            _pipeline.ThrowIfFailed();
        }
        catch (GStreamerException fault)
        {
            throw new CaptureException($"the MP4 file cannot be written: {fault.Message}", fault);
        }

        throw new CaptureException("the MP4 file cannot be written");
    }

    /// <summary>Adds all packets of a clip.</summary>
    /// <exception cref="CaptureException">The file cannot be written.</exception>
    public void Write(EncodedClip clip)
    {
        for (var i = 0; i < clip.Count; i++)
            Write(clip[i], clip.Bytes(i));
    }

    /// <summary>Completes the file. Without it the file is not playable.</summary>
    /// <exception cref="CaptureException">The file could not be completed (disk full, broken packets).</exception>
    public void Finish()
    {
        if (_isFinished)
            return;

        _isFinished = true;
        _source.EndOfStream();
        try
        {
            _pipeline.WaitForEnd(s_patience);
        }
        catch (GStreamerException fault)
        {
            throw new CaptureException($"the MP4 file could not be completed: {fault.Message}", fault);
        }
    }

    public void Dispose()
    {
        _pipeline.Stop();
        _source.Dispose();
        _pipeline.Dispose();
    }

    // Never below zero: the times are unsigned.
    private long? Shifted(TimeSpan? time) => time is { } known ? Math.Max(0, (known - _start!.Value).Ticks * 100) : null;
}
