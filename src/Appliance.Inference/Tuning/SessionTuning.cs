namespace Appliance.Inference.Tuning;

/// <summary>How a model's session is set up on the CPU; the defaults are what runs where nothing was measured.</summary>
public sealed record SessionTuning
{
    /// <summary>Most threads that are worth trying: more cores than this a small box does not have.</summary>
    public const int MaxThreads = 64;

    /// <summary>Threads inside one run.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>ONNX Runtime's graph optimisation: 0 none, 1 basic, 2 extended, 99 all.</summary>
    public int GraphOptimization { get; init; } = 99;

    /// <summary>Branches of the graph run side by side instead of one node after the other.</summary>
    public bool Parallel { get; init; }

    /// <summary>Threads wait for work by spinning: shorter runs, a busy core in between.</summary>
    public bool Spinning { get; init; }

    /// <summary>Intermediate results live in an arena that keeps its memory.</summary>
    public bool Arena { get; init; } = true;

    /// <summary>Half of the runs took no longer than this, milliseconds; null = not measured.</summary>
    public double? P50Milliseconds { get; init; }

    /// <summary>CPU time of one run, all threads together, milliseconds; null = not measured.</summary>
    public double? CpuMilliseconds { get; init; }

    /// <summary>When and with which library it was measured.</summary>
    public string? Measured { get; init; }

    /// <summary>Everything that is out of range, each with its field.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Threads is < 1 or > MaxThreads)
            yield return $"threads must be 1 to {MaxThreads}";
        if (GraphOptimization is not (0 or 1 or 2 or 99))
            yield return "graphOptimization must be 0, 1, 2 or 99";
    }

    /// <summary>In a few words, as tables show it.</summary>
    public override string ToString() => string.Join(
        ", ",
        new[]
        {
            Threads == 1 ? "1 thread" : $"{Threads} threads",
            $"graph {GraphOptimization}",
            Threads > 1 ? Spinning ? "spinning" : "no spinning" : null,
            Parallel ? "parallel" : null,
            Arena ? null : "no arena",
        }.OfType<string>());
}
