using System.Diagnostics.CodeAnalysis;
using Appliance.Core.Frames;

namespace Appliance.Capture.Frames;

/// <summary>
/// Pulls the frames of a file (or any other source) one by one on the caller's thread: nothing is dropped, decoding waits
/// for the caller. For <c>analyze</c>, tests and benchmarks.
/// </summary>
public sealed class VideoReader : IDisposable
{
    /// <summary>Opens <paramref name="source"/>, written as in <see cref="Cameras.CameraOptions.Source"/>.</summary>
    /// <param name="source">File path or URL.</param>
    /// <param name="realtime">Give the frames at the recorded speed instead of as fast as they are taken.</param>
    /// <param name="framesPerSecond">Frames above this rate are skipped; 0 gives all.</param>
    /// <exception cref="CaptureException">It cannot be opened or holds no video that can be decoded.</exception>
    public static VideoReader Open(string source, bool realtime = false, double framesPerSecond = 0) =>
        throw new NotImplementedException();

    /// <summary>Picture width in pixels.</summary>
    public int Width => throw new NotImplementedException();

    /// <summary>Picture height in pixels.</summary>
    public int Height => throw new NotImplementedException();

    /// <summary>Length, when the container knows it.</summary>
    public TimeSpan? Duration => throw new NotImplementedException();

    /// <summary>Such as <c>h264</c>.</summary>
    public string Codec => throw new NotImplementedException();

    /// <summary>GStreamer element that decodes.</summary>
    public string Decoder => throw new NotImplementedException();

    /// <summary>Frames decoded so far, skipped ones included.</summary>
    public long Decoded => throw new NotImplementedException();

    /// <summary>The next frame, which the caller disposes; false at the end of the stream.</summary>
    /// <exception cref="CaptureException">The stream broke.</exception>
    public bool TryRead([NotNullWhen(true)] out Frame? frame) => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
