using Appliance.Capture.Encoding;
using Appliance.Capture.Frames;
using Appliance.Capture.Photos;
using Appliance.Core.Frames;
using Appliance.Scene;
using Appliance.Scene.Studio;
using Appliance.Scene.Truth;
using Appliance.Scene.Walks;

namespace Appliance.Daemon.Cli.Demo;

/// <summary>
/// The rendered scene of the demo: six people walk past two cameras, one of them is on the watchlist. The videos are rendered once
/// per build of the renderer and kept below the user's cache folder.
/// </summary>
internal sealed class DemoScene
{
    public const int Seconds = 24;
    public const int FramesPerSecond = 12;

    private const ulong Seed = 2026;
    private const int People = 6;
    private const int WantedIndex = 2;
    private const int Width = 960;
    private const int Height = 540;
    private const int Kilobits = 2500;
    private const int LeanKilobits = 600;
    private const int PortraitSize = 480;

    private readonly SceneScript _script = SceneScript.Create(Seed, People, cameras: 2, Seconds);
    private readonly string _folder;

    private DemoScene(string folder) => _folder = folder;

    /// <summary>Ids of the cameras.</summary>
    public IReadOnlyList<string> Cameras => [.. _script.Cameras.Select(camera => camera.Name)];

    /// <summary>Who is looked for.</summary>
    public string Wanted => _script.Cast[WantedIndex].Name;

    public static DemoScene Prepare(Action<string> note)
    {
        // A changed renderer draws other pictures: its module id names the folder.
        var build = typeof(SceneRenderer).Module.ModuleVersionId.ToString("N")[..12];
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var scene = new DemoScene(Path.Combine(cache, "watchpost", $"scene-{build}"));
        Directory.CreateDirectory(scene._folder);
        Parallel.For(0, scene._script.Cameras.Count, scene.RenderUnlessKept);
        note($"demo: scene in {scene._folder}");
        return scene;
    }

    public string VideoOf(string camera) => Path.Combine(_folder, $"{camera}.mp4");

    /// <summary>The same at a quarter of the bit rate, for evidence that fits into a mail.</summary>
    public string LeanVideoOf(string camera)
    {
        var path = Path.Combine(_folder, $"{camera}-lean.mp4");
        if (!File.Exists(path))
        {
            Finish(path, LeanKilobits, encoder =>
            {
                using var reader = VideoReader.Open(VideoOf(camera));
                while (reader.TryRead(out var frame))
                {
                    using (frame)
                    using (var picture = PooledFrame.CopyOf(frame))
                        encoder.Write(picture);
                }
            });
        }

        return path;
    }

    /// <summary>Enrolment photos of the wanted person, JPEG: taken in a studio, not from the scene.</summary>
    public IReadOnlyList<byte[]> PortraitsOfWanted()
    {
        var studio = new FaceStudio(WantedIndex, _script.Cast[WantedIndex]);
        using var photo = new PooledFrame(PortraitSize, PortraitSize);
        var photos = new List<byte[]>();
        foreach (var view in Portraits.Views)
        {
            studio.Take(view, photo);
            photos.Add(JpegEncoder.Encode(photo, 92));
        }

        return photos;
    }

    private void RenderUnlessKept(int camera)
    {
        var path = VideoOf(_script.Cameras[camera].Name);
        if (File.Exists(path))
            return;

        Finish(path, Kilobits, encoder =>
        {
            var renderer = new SceneRenderer(_script, Width, Height);
            var truth = new List<FaceTruth>();
            using var frame = new PooledFrame(Width, Height);
            for (var i = 0; i < Seconds * FramesPerSecond; i++)
            {
                renderer.Render(camera, i, (float)i / FramesPerSecond, frame, truth);
                encoder.Write(frame);
            }
        });
    }

    /// <summary>Under another name until it is whole: an interrupted run must not leave half a scene.</summary>
    private static void Finish(string path, int kilobits, Action<VideoEncoder> write)
    {
        var unfinished = $"{path}.{Environment.ProcessId}";
        using (var encoder = VideoEncoder.Create(unfinished, Width, Height, FramesPerSecond, kilobits))
        {
            write(encoder);
            encoder.Finish();
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
