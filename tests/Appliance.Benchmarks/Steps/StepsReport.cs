using System.Numerics;
using Appliance.Benchmarks.Index;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Recognition.Index;
using Appliance.Core.Tracking;

namespace Appliance.Benchmarks.Steps;

/// <summary>CPU microseconds and bytes allocated of the steps between detector and alert, without the models. <c>steps</c>.</summary>
internal static class StepsReport
{
    private const int Repeats = 1000;

    public static int Run(string[] args)
    {
        Console.WriteLine("| step | CPU µs | bytes allocated |");
        Console.WriteLine("|---|---|---|");
        using var frame = Noise(1280, 720);
        foreach (var eyes in (float[])[15, 30, 60, 120])
            Print($"rate a face, {eyes} px between the eyes", () => ShotQuality.Measure(frame, Face(640, 360, eyes)));

        foreach (var count in (int[])[1, 5, 20, 100])
        {
            var tracker = new FaceTracker(new());
            var faces = Enumerable.Range(0, count).Select(i => Face(60 + (i % 15 * 80), 60 + (i / 15 * 90), 15)).ToArray();
            var time = TimeSpan.Zero;
            Print($"track {count} faces", () => tracker.Update(faces, time += TimeSpan.FromMilliseconds(100), 1280, 720));
        }

        foreach (var people in (int[])[100, 1000, 10_000])
        {
            var data = TestRows.Clustered(people, 256);
            var index = new FlatIndex("benchmark", 256);
            index.Load(data.Watchlist());
            var identity = new TrackIdentity(new(), 256, MatchThreshold.Retail0095);
            var shot = new ShotQuality(0.8f, 60, 200, 0, 0, 0, 0.5f, 0.15f, 1, 0.9f);
            var next = 0;
            Print($"add a shot and decide among {people}", () =>
            {
                identity.Add(data.Query(next++ % data.Queries), shot, TimeSpan.Zero);
                identity.Decide(index);
            });
        }

        return 0;
    }

    private static void Print(string step, Action action)
    {
        var timing = Timing.Of(15, () =>
        {
            for (var i = 0; i < Repeats; i++)
                action();
        });
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Repeats; i++)
            action();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine($"| {step} | {1000 * timing.Median / Repeats:0.0} | {(double)bytes / Repeats:0.##} |");
    }

    private static FaceDetection Face(float x, float y, float eyes)
    {
        Vector2 At(float right, float down) => new(x + (right * eyes), y + (down * eyes));
        return new(
            new(x - eyes, y - (1.25f * eyes), 2 * eyes, 2.5f * eyes),
            new(At(-0.5f, -0.5f), At(0.5f, -0.5f), At(0, 0.1f), At(-0.4f, 0.6f), At(0.4f, 0.6f)), 0.9f);
    }

    private static PooledFrame Noise(int width, int height)
    {
        var frame = new PooledFrame(width, height);
        new Random(1).NextBytes(frame.Writable(0));
        return frame;
    }
}
