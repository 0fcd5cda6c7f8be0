using System.Diagnostics;
using Appliance.Capture.Encoding;
using Appliance.Core.Frames;
using Appliance.Scene;
using Appliance.Scene.Truth;
using Appliance.Scene.Walks;

namespace Appliance.Daemon.Cli.Scene;

/// <summary>Renders a scene into one MP4 per camera.</summary>
internal static class SceneFiles
{
    /// <param name="specification">What is rendered.</param>
    /// <param name="script">Its script.</param>
    /// <param name="camera">Which camera.</param>
    /// <param name="path">File to write; null renders for the truth alone.</param>
    /// <param name="truth">Gets a line per frame; null = none.</param>
    /// <param name="cancel">Stops between frames; the file is then incomplete.</param>
    public static RenderedCamera Render(
        SceneSpecification specification, SceneScript script, int camera, string? path, Stream? truth, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var renderer = new SceneRenderer(script, specification.Width, specification.Height);
        using var frame = new PooledFrame(specification.Width, specification.Height);
        using var encoder = path is null
            ? null
            : VideoEncoder.Create(path, specification.Width, specification.Height, specification.FramesPerSecond, preset: "superfast");
        var faces = new List<FaceTruth>();
        var frames = (int)(specification.Duration * specification.FramesPerSecond);
        var name = script.Cameras[camera].Name;
        for (var i = 0; i < frames; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var time = i / specification.FramesPerSecond;
            if (encoder is null)
            {
                renderer.Look(camera, (float)time, faces);
            }
            else
            {
                renderer.Render(camera, i, (float)time, frame, faces);
                encoder.Write(frame);
            }

            if (truth is not null)
                TruthWriter.Write(truth, new FrameTruth(name, i, time, faces));
        }

        encoder?.Finish();
        return new RenderedCamera(name, path, frames, watch.Elapsed.TotalSeconds);
    }

    /// <summary>The file of one camera: <c>x.mp4</c> alone, else <c>x-gate.mp4</c>, <c>x-lobby.mp4</c>, …</summary>
    public static string PathFor(string path, SceneScript script, int camera) =>
        script.Cameras.Count == 1
            ? path
            : Path.Combine(
                Path.GetDirectoryName(path) ?? "",
                $"{Path.GetFileNameWithoutExtension(path)}-{script.Cameras[camera].Name}{Path.GetExtension(path)}");
}

/// <summary>What came of one camera.</summary>
/// <param name="Camera">Its name.</param>
/// <param name="File">Null when only the truth was wanted.</param>
/// <param name="Frames">How many.</param>
/// <param name="Seconds">Wall time to render and encode.</param>
internal sealed record RenderedCamera(string Camera, string? File, int Frames, double Seconds);
