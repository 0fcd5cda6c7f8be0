using System.Numerics;
using Appliance.Core.Detection;
using Appliance.Core.Frames;

namespace Appliance.Daemon.Pipeline;

/// <summary>Runs models once on an empty picture: the first run of a session plans its memory, and no camera should wait for that.</summary>
internal static class WarmUp
{
    // What most cameras send for analysis; another size costs its first frame a few milliseconds.
    private const int Width = 1280;
    private const int Height = 720;

    public static void Run(Recognizer recognizer)
    {
        using var frame = new PooledFrame(Width, Height);
        recognizer.Detector.Detect(frame, []);
        var face = new Landmarks5(
            new Vector2(600, 320), new Vector2(680, 320), new Vector2(640, 360), new Vector2(610, 410), new Vector2(670, 410));
        recognizer.Embedder.Embed(frame, [face], new float[recognizer.Embedder.Dimensions]);
    }
}
