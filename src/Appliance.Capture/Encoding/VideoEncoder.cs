using Appliance.Core.Frames;

namespace Appliance.Capture.Encoding;

/// <summary>Encodes I420 frames with H.264 (x264) into an MP4 file; a key frame every second.</summary>
public sealed class VideoEncoder : IDisposable
{
    /// <param name="path">File to write; an existing one is replaced.</param>
    /// <param name="width">Picture width in pixels, even.</param>
    /// <param name="height">Picture height in pixels, even.</param>
    /// <param name="framesPerSecond">Frame n is shown at n / framesPerSecond.</param>
    /// <param name="kilobitsPerSecond">Target bit rate.</param>
    /// <param name="preset">x264 speed preset: <c>ultrafast</c>, <c>veryfast</c>, …</param>
    /// <exception cref="CaptureException">The encoder is missing or the file cannot be written.</exception>
    public static VideoEncoder Create(
        string path, int width, int height, double framesPerSecond, int kilobitsPerSecond = 4000, string preset = "veryfast") =>
        throw new NotImplementedException();

    /// <summary>Adds the next frame; it stays the caller's. Waits while the encoder is behind.</summary>
    public void Write(Frame frame) => throw new NotImplementedException();

    /// <summary>Completes the file. Without it the file is not playable.</summary>
    public void Finish() => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
