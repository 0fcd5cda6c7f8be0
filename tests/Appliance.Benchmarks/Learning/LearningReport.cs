using System.Diagnostics;
using System.Globalization;
using Appliance.Benchmarks.Pipeline;
using Appliance.Capture.Frames;
using Appliance.Core.Analysis;
using Appliance.Core.Learning;
using Appliance.Core.Recognition.Index;
using Appliance.Daemon.Cli.Analyze;
using Appliance.Daemon.Pipeline;
using Appliance.Inference;
using Appliance.Learning;
using Appliance.Learning.Heads;
using Appliance.Learning.Training;
using Appliance.Native.Linux;

namespace Appliance.Benchmarks.Learning;

/// <summary>
/// What training costs the pipeline: every core analyses the same file as fast as it can, with and without a training that never ends
/// beside it, in turns. Nothing tells the training of dropped frames here, so it never halts: the worst case.
/// <c>learning FILE [--rounds N]</c>.
/// </summary>
internal static class LearningReport
{
    private const int Examples = 5_000;

    public static int Run(string[] args)
    {
        if (args.Length == 0 || !File.Exists(args[0]))
        {
            Console.Error.WriteLine("usage: learning FILE [--rounds N]");
            return 2;
        }

        var rounds = int.Parse(Arguments.After(args, "--rounds") ?? "7", CultureInfo.InvariantCulture);
        using var engine = new InferenceEngine(new() { Providers = ["cpu"] });
        Analyse(engine, args[0]);
        var alone = new List<double>();
        var beside = new List<double>();
        var busy = 0.0;
        for (var round = 0; round < rounds; round++)
        {
            alone.Add(Analyse(engine, args[0]));
            using var stop = new CancellationTokenSource();
            var options = new LearningOptions { MaxTime = TimeSpan.FromHours(1) };
            var training = new TrainingGovernor(new NoPressure(), options, () => ThreadNice.TryGiveWay()).Run(mayGoOn => Train(mayGoOn, stop.Token), default);
            beside.Add(Analyse(engine, args[0]));
            stop.Cancel();
            busy += training.GetAwaiter().GetResult().Busy.TotalSeconds;
        }

        var (without, with) = (PipelineReport.Median(alone), PipelineReport.Median(beside));
        var losses = alone.Zip(beside, (one, other) => 1 - (other / one)).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} analysing threads, {rounds} rounds in turns"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"frames/s alone            {without,8:0.0}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"frames/s beside training  {with,8:0.0}   ({busy:0.0} s of training)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lost, median of rounds    {100 * losses[losses.Count / 2],8:0.0} %   (from {100 * losses[0]:0.0} to {100 * losses[^1]:0.0} %)"));
        return 0;
    }

    /// <summary>Frames a second of all cores together.</summary>
    private static double Analyse(InferenceEngine engine, string file)
    {
        var started = Stopwatch.GetTimestamp();
        var frames = new long[Environment.ProcessorCount];
        var threads = frames.Select((_, number) => new Thread(() => frames[number] = AnalyseOnce(engine, file))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return frames.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static long AnalyseOnce(InferenceEngine engine, string file)
    {
        using var detector = engine.CreateDetector();
        using var embedder = engine.CreateEmbedder();
        var context = new AnalysisContext
        {
            Tracking = new(),
            Recognition = new(),
            Alerts = new(),
            Threshold = RecognizerFactory.ThresholdOf(engine.EmbedderModel, new()),
            Index = new FlatIndex(embedder.Model, embedder.Dimensions),
            FindPerson = _ => null,
            BootId = Guid.NewGuid(),
            Models = [detector.Model, embedder.Model],
            MediaTimeOnly = true,
        };
        using var reader = VideoReader.Open(file);
        return new AnalyzeRunner(new(detector, embedder, context), Stream.Null, everyFrame: false).Run(reader, default).Frames;
    }

    private static int Train(Func<bool> mayGoOn, CancellationToken stop)
    {
        var random = new Random(1);
        var examples = Enumerable.Range(0, Examples).Select(number => new HeadExample(
            FormattableString.Invariant($"{number}"), number % 2 == 0,
            [.. Enumerable.Range(0, AlertFeatures.Count).Select(_ => random.NextSingle())], [])).ToList();
        var head = new CalibrationHead();
        var parameters = head.Initial();
        var trainings = 0;
        for (; !stop.IsCancellationRequested; trainings++)
            (parameters, _) = Trainer.Train(head, parameters, examples, new(), trainings, () => !stop.IsCancellationRequested && mayGoOn());
        return trainings;
    }

    private sealed class NoPressure : IPipelinePressure
    {
        public long FramesDropped => 0;
    }
}
