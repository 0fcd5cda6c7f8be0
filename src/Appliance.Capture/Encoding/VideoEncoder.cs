using Appliance.Capture.Frames;
using Appliance.Core.Frames;
using Appliance.Native.GStreamer;

namespace Appliance.Capture.Encoding;

/// <summary>Encodes frames with H.264 (x264) into an MP4 file; a key frame every second. Used by one thread at a time.</summary>
public sealed class VideoEncoder : IDisposable
{
    private const int MostWaiting = 4;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly Pipeline _pipeline;
    private readonly BufferSource _source;
    private readonly double _framesPerSecond;
    private readonly int _width;
    private readonly int _height;
    private long _written;
    private bool _isFinished;

    private VideoEncoder(Pipeline pipeline, BufferSource source, int width, int height, double framesPerSecond)
    {
        _pipeline = pipeline;
        _source = source;
        _width = width;
        _height = height;
        _framesPerSecond = framesPerSecond;
    }

    /// <param name="path">File to write; an existing one is replaced.</param>
    /// <param name="width">Picture width in pixels, even.</param>
    /// <param name="height">Picture height in pixels, even.</param>
    /// <param name="framesPerSecond">Frame n is shown at n / framesPerSecond.</param>
    /// <param name="kilobitsPerSecond">Target bit rate.</param>
    /// <param name="preset">x264 speed preset: <c>ultrafast</c>, <c>veryfast</c>, …</param>
    /// <param name="colorSpace">Colour space of the frames that will be written; noted in the stream.</param>
    /// <exception cref="CaptureException">The encoder is missing or the file cannot be written.</exception>
    public static VideoEncoder Create(
        string path, int width, int height, double framesPerSecond, int kilobitsPerSecond = 4000, string preset = "veryfast",
        ColorSpace colorSpace = ColorSpace.Bt601Limited)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(framesPerSecond);
        if (width <= 0 || height <= 0 || ((width | height) & 1) != 0)
            throw new ArgumentException($"H.264 needs even sizes, not {width}×{height}");
        if (!preset.All(char.IsAsciiLetterLower))
            throw new ArgumentException($"not a preset of x264: {preset}", nameof(preset));

        try
        {
            // No B frames: decoding order is display order, as cameras send it.
            var pipeline = Pipeline.Parse(
                "appsrc name=in format=time max-bytes=0 ! "
                + $"x264enc name=encoder bitrate={kilobitsPerSecond} speed-preset={preset} bframes=0 "
                + $"key-int-max={Math.Max(1, (int)Math.Round(framesPerSecond))} ! "
                + "video/x-h264,profile=main ! h264parse ! mp4mux faststart=true ! filesink name=file");
            pipeline.Set("file", "location", path);
            var source = pipeline.Source("in");
            source.SetCaps(RawCaps.For(width, height, PixelFormat.I420, colorSpace, framesPerSecond));
            pipeline.Play();
            return new VideoEncoder(pipeline, source, width, height, framesPerSecond);
        }
        catch (GStreamerException fault)
        {
            throw new CaptureException($"no video can be encoded: {fault.Message}; install gstreamer1.0-plugins-ugly", fault);
        }
    }

    /// <summary>Adds the next I420 frame; it stays the caller's. Waits while the encoder is behind.</summary>
    /// <exception cref="CaptureException">The file cannot be written.</exception>
    public void Write(Frame frame)
    {
        if (frame.Width != _width || frame.Height != _height || frame.Format != PixelFormat.I420)
            throw new ArgumentException($"expected I420 {_width}×{_height}, got {frame.Format} {frame.Width}×{frame.Height}", nameof(frame));

        var time = (long)(_written * 1e9 / _framesPerSecond);
        var end = (long)(++_written * 1e9 / _framesPerSecond);
        Rethrow(() => _pipeline.AwaitRoom(_source, MostWaiting));
        if (_source.Push(RawCaps.Planes(frame), time, end - time))
            return;

        Rethrow(() => _pipeline.ThrowIfFailed());
        throw new CaptureException("the video cannot be written");
    }

    /// <summary>Completes the file. Without it the file is not playable.</summary>
    /// <exception cref="CaptureException">The file could not be completed, such as on a full disk.</exception>
    public void Finish()
    {
        if (_isFinished)
            return;

        _isFinished = true;
        _source.EndOfStream();
        Rethrow(() => _pipeline.WaitForEnd(s_patience));
    }

    public void Dispose()
    {
        _pipeline.Stop();
        _source.Dispose();
        _pipeline.Dispose();
    }

    private static void Rethrow(Action action)
    {
        try
        {
            action();
        }
        catch (GStreamerException fault)
        {
            throw new CaptureException($"the video could not be written: {fault.Message}", fault);
        }
    }
}
