using Appliance.Capture.Encoding;
using Appliance.Core.Frames;

namespace Appliance.IntegrationTests.Capture;

/// <summary>A short H.264 file of a known moving picture, made once.</summary>
public sealed class RecordedClip : IDisposable
{
    public const int Width = 320;
    public const int Height = 240;
    public const int FramesPerSecond = 15;
    public const int Frames = 45;

    public RecordedClip()
    {
        Folder = Directory.CreateTempSubdirectory("watchpost-capture-").FullName;
        Path = System.IO.Path.Combine(Folder, "clip.mp4");
        using var encoder = VideoEncoder.Create(Path, Width, Height, FramesPerSecond, 1500, "ultrafast");
        for (var i = 0; i < Frames; i++)
        {
            using var frame = Picture(i);
            encoder.Write(frame);
        }

        encoder.Finish();
    }

    /// <summary>For what tests write.</summary>
    public string Folder { get; }

    public string Path { get; }

    /// <summary>Brightness of the whole picture in frame <paramref name="index"/>, but for a band of noise at the bottom.</summary>
    public static byte Brightness(int index) => (byte)(40 + (4 * index));

    /// <summary>Frame <paramref name="index"/> as it was before encoding.</summary>
    public static PooledFrame Picture(int index)
    {
        var frame = new PooledFrame(Width, Height);
        frame.Writable(0).Fill(Brightness(index));
        new Random(index).NextBytes(frame.Writable(0)[^(Width * 40)..]);
        frame.Writable(1).Fill(110);
        frame.Writable(2).Fill(150);
        return frame;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
