using System.Globalization;
using System.Numerics;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Inference;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Embedding;
using Appliance.Inference.Preprocessing;

namespace Appliance.Benchmarks.Inference;

/// <summary>
/// CPU milliseconds of each step of inference on one thread, in a minute instead of BenchmarkDotNet's half hour.
/// <c>inference [--rounds N] [--detector NAME] [--embedder NAME]</c>.
/// </summary>
internal static class InferenceReport
{
    private const int DefaultRounds = 200;
    private const int ModelRounds = 50;

    public static int Run(string[] args)
    {
        var rounds = int.Parse(Arguments.After(args, "--rounds") ?? $"{DefaultRounds}", CultureInfo.InvariantCulture);
        using var engine = new InferenceEngine(new()
        {
            Providers = ["cpu"],
            Detector = Arguments.After(args, "--detector") ?? "",
            Embedder = Arguments.After(args, "--embedder") ?? "",
        });

        Console.WriteLine($"{"step",-34} {"least",9} {"median",9}   ms of CPU, one thread");
        foreach (var (width, height) in new[] { (640, 360), (1280, 720), (1920, 1080), (3840, 2160) })
            Scale(engine.DetectorModel.Input, width, height, rounds);
        foreach (var size in new[] { 0.5f, 1.2f, 2.5f })
            Align(engine.EmbedderModel.Input, size, rounds);
        Detect(engine, Math.Min(rounds, ModelRounds));
        Embed(engine, Math.Min(rounds, ModelRounds));
        Console.WriteLine($"{engine.DetectorModel.Id}, {engine.EmbedderModel.Id}, ONNX Runtime {engine.GetHealth().Library?.Version}, "
            + $"vectors of {Vector<byte>.Count * 8} bits, working set {Environment.WorkingSet / 1e6:0} MB");
        return 0;
    }

    private static void Scale(InputContract input, int width, int height, int rounds)
    {
        using var frame = NoiseFrame.Create(width, height);
        var box = Letterbox.Fit(width, height, 640, input.MultipleOf);
        var scaler = new FrameScaler(box, frame.Format, frame.ColorSpace, input);
        var tensor = new float[3 * box.Width * box.Height];
        Line($"scale {width}x{height} to {box.Width}x{box.Height}", () => scaler.Write(frame, tensor), rounds);
    }

    private static void Align(InputContract input, float size, int rounds)
    {
        using var frame = NoiseFrame.Create(1280, 720);
        var warp = new FaceWarp(input);
        var crop = new float[3 * input.Width * input.Height];
        var toFrame = new SimilarityTransform(size, 0.1f, new(200, 100));
        Line($"align, {size:0.0} pixels per pixel", () => warp.Write(frame, toFrame, crop), rounds);
    }

    private static void Detect(InferenceEngine engine, int rounds)
    {
        using var frame = NoiseFrame.Create(1280, 720);
        using var detector = engine.CreateDetector();
        var faces = new List<FaceDetection>(64);
        Line("detect 1280x720", () => detector.Detect(frame, faces), rounds);
    }

    private static void Embed(InferenceEngine engine, int rounds)
    {
        using var frame = NoiseFrame.Create(1280, 720);
        using var embedder = engine.CreateEmbedder();
        Landmarks5[] face = [new(new(600, 300), new(650, 300), new(625, 330), new(605, 355), new(645, 355))];
        var template = new float[embedder.Dimensions];
        Line("align and embed one face", () => embedder.Embed(frame, face, template), rounds);
    }

    private static void Line(string name, Action step, int rounds)
    {
        var (least, median) = ThreadCpu.Measure(step, rounds);
        Console.WriteLine($"{name,-34} {least,9:0.000} {median,9:0.000}");
    }
}
