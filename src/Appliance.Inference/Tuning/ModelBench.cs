using System.Diagnostics;
using Appliance.Inference.Catalogue;
using Appliance.Native.OnnxRuntime;

namespace Appliance.Inference.Tuning;

/// <summary>What the best session options are measured by.</summary>
public enum BenchGoal
{
    /// <summary>The least CPU time per run: what counts with several cameras on a box.</summary>
    Cpu,

    /// <summary>The shortest run: what counts for one camera on a box with cores to spare.</summary>
    Latency,
}

/// <summary>One way of running a model, measured.</summary>
/// <param name="Options">How it was set up.</param>
/// <param name="P50">Half of the runs took no longer, wall time.</param>
/// <param name="P95">Nineteen of twenty.</param>
/// <param name="Cpu">CPU time of the whole process per run: all threads, spinning included.</param>
/// <param name="MemoryBytes">Resident memory that came with the session and its first runs; rough.</param>
/// <param name="Runs">How often it was run.</param>
public sealed record BenchRow(SessionTuning Options, TimeSpan P50, TimeSpan P95, TimeSpan Cpu, long MemoryBytes, int Runs);

/// <summary>All ways of running one model.</summary>
/// <param name="Model">Name of the catalogue.</param>
/// <param name="Precision">Of its weights.</param>
/// <param name="Input">Size of the tensor it was run with.</param>
/// <param name="Rows">As measured.</param>
/// <param name="Best">The one to keep.</param>
public sealed record BenchResult(string Model, string Precision, string Input, IReadOnlyList<BenchRow> Rows, BenchRow Best);

/// <summary>
/// Tries session options on this machine: graph optimisation and arena on one thread, then threads with and without spinning, then
/// branches side by side. One factor after the other, each from the best so far: all combinations would take a night on a small board.
/// </summary>
public sealed class ModelBench(InferenceEngine engine, TimeSpan perOption, BenchGoal goal)
{
    private const int WarmUps = 3;
    private const int LeastRuns = 5;

    // Of what differs by less, the machine's other work decides.
    private const double Equal = 1.03;

    /// <summary>Pixels of the tensor a detector of free size sees from a 16:9 camera at the default size.</summary>
    private const int DetectorWidth = 640;
    private const int DetectorHeight = 384;

    /// <param name="model">A model that is on this box.</param>
    /// <param name="tried">Told each option as it is measured.</param>
    /// <param name="cancel">Ends it between two options.</param>
    /// <exception cref="InferenceException">The model is absent or does not load.</exception>
    public BenchResult Run(ModelEntry model, Action<BenchRow>? tried = null, CancellationToken cancel = default)
    {
        var resolved = engine.Catalogue.Resolve(model.Kind, model.Name);
        var rows = new List<BenchRow>();
        var best = Try(new());
        foreach (var level in new[] { 2, 1 })
            best = Better(best, Try(best.Options with { GraphOptimization = level }));
        best = Better(best, Try(best.Options with { Arena = false }));
        for (var threads = 2; threads <= Math.Min(Environment.ProcessorCount, SessionTuning.MaxThreads); threads++)
        {
            foreach (var spinning in new[] { false, true })
                best = Better(best, Try(best.Options with { Threads = threads, Spinning = spinning }));
        }

        best = Better(best, Try(best.Options with { Parallel = true, Threads = Math.Max(2, best.Options.Threads) }));
        return new(model.Name, model.Precision, Shape(model), rows, best);

        BenchRow Try(SessionTuning options)
        {
            cancel.ThrowIfCancellationRequested();
            var row = Measure(resolved, options);
            rows.Add(row);
            tried?.Invoke(row);
            return row;
        }
    }

    /// <summary>What is kept of the best row.</summary>
    public static SessionTuning Keep(BenchRow best, DateOnly day) => best.Options with
    {
        P50Milliseconds = Math.Round(best.P50.TotalMilliseconds, 2),
        CpuMilliseconds = Math.Round(best.Cpu.TotalMilliseconds, 2),
        Measured = $"{day:yyyy-MM-dd}, ONNX Runtime {OrtRuntime.Load().Version}",
    };

    internal BenchRow Better(BenchRow a, BenchRow b)
    {
        var (first, second) = goal == BenchGoal.Cpu ? (b.Cpu / a.Cpu, b.P50 / a.P50) : (b.P50 / a.P50, b.Cpu / a.Cpu);
        return first < 1 / Equal || (first < Equal && second < 1 / Equal) ? b : a;
    }

    private BenchRow Measure(ResolvedModel model, SessionTuning options)
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var memory = process.WorkingSet64;
        using var session = LoadedModel.Open(OrtRuntime.Load(engine.Options.Library), model, engine.Settings(options) with { Providers = ["cpu"] });
        using var binding = Bind(model.Entry, session);
        for (var i = 0; i < WarmUps; i++)
            binding.Run();
        process.Refresh();
        memory = Math.Max(0, process.WorkingSet64 - memory);

        var times = new List<TimeSpan>(1024);
        var started = Stopwatch.GetTimestamp();
        var cpu = Environment.CpuUsage.TotalTime;
        while (times.Count < LeastRuns || Stopwatch.GetElapsedTime(started) < perOption)
        {
            var before = Stopwatch.GetTimestamp();
            binding.Run();
            times.Add(Stopwatch.GetElapsedTime(before));
        }

        cpu = Environment.CpuUsage.TotalTime - cpu;
        times.Sort();
        return new(options, times[times.Count / 2], times[times.Count * 19 / 20], cpu / times.Count, memory, times.Count);
    }

    private static OrtBinding Bind(ModelEntry model, OrtSession session)
    {
        var binding = new OrtBinding(session);
        var (width, height) = Size(model);
        var input = binding.BindInput(model.Input.Name, 1, 3, height, width);
        var random = new Random(1);
        foreach (ref var value in input.Data)
            value = random.Next(256);
        foreach (var (name, rows, columns) in Outputs(model, width, height))
        {
            if (rows == 0)
                binding.BindOutput(name, 1, columns);
            else
                binding.BindOutput(name, 1, rows, columns);
        }

        return binding;
    }

    private static IEnumerable<(string Name, int Rows, int Columns)> Outputs(ModelEntry model, int width, int height) =>
        model.Kind == ModelKind.FaceEmbedder
            ? [(model.Output.Name, 0, model.Output.Dimensions)]
            : model.Output.Strides.SelectMany(stride => new[] { ("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10) }
                .Select(part => ($"{part.Item1}_{stride}", width / stride * (height / stride), part.Item2)));

    private static (int Width, int Height) Size(ModelEntry model) =>
        model.Input.DynamicSize ? (DetectorWidth, DetectorHeight) : (model.Input.Width, model.Input.Height);

    private static string Shape(ModelEntry model)
    {
        var (width, height) = Size(model);
        return $"{width}×{height}";
    }
}
