using System.Diagnostics;
using System.Globalization;
using Appliance.Capture.Frames;
using Appliance.Core.Analysis;
using Appliance.Core.Detection;
using Appliance.Core.Recognition.Index;
using Appliance.Daemon.Cli.Analyze;
using Appliance.Daemon.Pipeline;
using Appliance.Inference;

namespace Appliance.Benchmarks.Pipeline;

/// <summary>
/// CPU per frame of the whole pipeline against the floor under it: bare decoding of the same file plus the bare ONNX Runtime runs
/// that it made. <c>pipeline FILE [--gallery DIR] [--rounds N]</c>. All three are the CPU time of this process, all threads.
/// </summary>
internal static class PipelineReport
{
    public static int Run(string[] args)
    {
        if (args.Length == 0)
        {
            Console.Error.WriteLine("usage: pipeline FILE [--gallery DIR] [--rounds N]");
            return 2;
        }

        var gallery = Arguments.After(args, "--gallery");
        var rounds = int.Parse(Arguments.After(args, "--rounds") ?? "5", CultureInfo.InvariantCulture);
        using var engine = new InferenceEngine(new() { Providers = ["cpu"] });
        using var detector = engine.CreateDetector();
        using var embedder = engine.CreateEmbedder();
        var index = new FlatIndex(embedder.Model, embedder.Dimensions);
        var people = gallery is null ? null : GalleryFolder.Load(gallery, detector, embedder, index);
        var context = new AnalysisContext
        {
            Tracking = new(),
            Recognition = new(),
            Alerts = new(),
            Threshold = RecognizerFactory.ThresholdOf(engine.EmbedderModel, new()),
            Index = index,
            FindPerson = id => people?.Find(id),
            BootId = Guid.NewGuid(),
            Models = [detector.Model, embedder.Model],
            MediaTimeOnly = true,
        };
        var recognizer = new Recognizer(detector, embedder, context);

        var rows = new List<(double Decode, double Bare, double Whole, AnalyzeSummary Summary)>();
        for (var round = 0; round <= rounds; round++)
        {
            var decode = Decode(args[0]);
            var (whole, summary, detectRuns, embedRuns) = Whole(args[0], recognizer, engine);
            var bare = BareRuns.Cpu(engine, args[0], detectRuns, embedRuns);
            // The first round warms caches and the JIT.
            if (round > 0)
                rows.Add((decode, bare, whole, summary));
        }

        var frames = rows[0].Summary.Frames;
        var (d, b, w) = (Median(rows.Select(row => row.Decode)), Median(rows.Select(row => row.Bare)), Median(rows.Select(row => row.Whole)));
        Console.WriteLine($"{Path.GetFileName(args[0])}: {frames} frames, {rows[0].Summary.Faces} faces, {rows[0].Summary.Embedded} templates, {rounds} rounds, medians of CPU ms per frame");
        Console.WriteLine($"bare decode        {1000 * d / frames,8:0.000}");
        Console.WriteLine($"bare ONNX Runtime  {1000 * b / frames,8:0.000}");
        Console.WriteLine($"whole pipeline     {1000 * w / frames,8:0.000}");
        Console.WriteLine($"ratio              {w / (d + b),8:0.000}");
        Console.WriteLine($"managed bytes per frame in steady state {rows[^1].Summary.SteadyStateBytes / Math.Max(1.0, frames - AnalyzeSummary.WarmUpFrames):0.0}");
        return 0;
    }

    private static double Decode(string file)
    {
        var cpu = Cpu();
        using var reader = VideoReader.Open(file);
        while (reader.TryRead(out var frame))
            frame.Dispose();
        return Cpu() - cpu;
    }

    private static (double Cpu, AnalyzeSummary Summary, long Detect, long Embed) Whole(string file, Recognizer recognizer, InferenceEngine engine)
    {
        var before = engine.GetHealth().Models.ToDictionary(model => model.Kind, model => model.Runs);
        using var reader = VideoReader.Open(file);
        var summary = new AnalyzeRunner(recognizer, Stream.Null, everyFrame: false).Run(reader, default);
        var after = engine.GetHealth().Models.ToDictionary(model => model.Kind, model => model.Runs);
        long Runs(string kind) => after.GetValueOrDefault(kind) - before.GetValueOrDefault(kind);
        return (summary.CpuSeconds, summary, Runs("FaceDetector"), summary.Embedded);
    }

    private static double Cpu() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;

    internal static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
