using Appliance.Capture.Encoding;
using Appliance.Capture.Photos;
using Appliance.Core.Frames;
using Appliance.Scene.Heads;
using Appliance.Scene.Rendering;
using Appliance.Scene.Studio;

namespace Appliance.IntegrationTests.EndToEnd.Support;

/// <summary>
/// Two rendered people who show up in turn, each time for two frames with two empty ones between: to a daemon that ends a track
/// at once (<see cref="BoxConfiguration"/>) every appearance is an alert. A few pictures, drawn once for all tests.
/// </summary>
public sealed class FaceVideo : IDisposable
{
    public const int FramesPerSecond = 10;

    private const int Size = 480;
    private const int Held = 2;

    // Other views than those that are enrolled.
    private static readonly FaceShot[] s_views =
    [
        FaceShot.Enrolment with { Yaw = 7 },
        FaceShot.Enrolment with { Yaw = -7, FaceWidth = 0.42f },
        FaceShot.Enrolment with { Pitch = 4, FaceWidth = 0.40f },
    ];

    private readonly Lazy<IReadOnlyList<byte[]>> _photos = new(TakePhotos);

    public FaceVideo()
    {
        Folder = Directory.CreateTempSubdirectory("watchpost-faces-").FullName;
        Path = System.IO.Path.Combine(Folder, "faces.mp4");
        FaceStudio[] studios = [.. HeadCast.Members(2).Select((member, number) => new FaceStudio(number, member, detail: 256))];
        using var nobody = new PooledFrame(Size, Size);
        nobody.Writable(0).Fill(120);
        nobody.Writable(1).Fill(126);
        nobody.Writable(2).Fill(130);
        using var somebody = new PooledFrame(Size, Size);
        using var encoder = VideoEncoder.Create(Path, Size, Size, FramesPerSecond, 1500, "ultrafast");
        foreach (var view in s_views)
        {
            foreach (var studio in studios)
            {
                studio.Take(view, somebody);
                for (var i = 0; i < Held; i++)
                    encoder.Write(somebody);
                for (var i = 0; i < Held; i++)
                    encoder.Write(nobody);
            }
        }

        encoder.Finish();
    }

    /// <summary>H.264 in MP4, 2.4 seconds.</summary>
    public string Path { get; }

    /// <summary>Photos to enrol the first of the two, JPEG.</summary>
    public IReadOnlyList<byte[]> Photos => _photos.Value;

    private string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static List<byte[]> TakePhotos()
    {
        var studio = new FaceStudio(0, HeadCast.Members(1)[0]);
        using var photo = new PooledFrame(Size, Size);
        var photos = new List<byte[]>();
        foreach (var view in Portraits.Views)
        {
            studio.Take(view, photo);
            photos.Add(JpegEncoder.Encode(photo, 92));
        }

        return photos;
    }
}
