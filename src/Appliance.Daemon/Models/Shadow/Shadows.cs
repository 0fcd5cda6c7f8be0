using Appliance.Core.Shadow;

namespace Appliance.Daemon.Models.Shadow;

/// <summary>The shadows of this box: at most one per kind. Thread-safe.</summary>
internal sealed class Shadows(ShadowTaps taps, TimeProvider clock, ILogger<Shadows> logger) : IShadows, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<ShadowKind, ShadowRun> _runs = [];

    public IReadOnlyList<ShadowReport> Reports
    {
        get
        {
            ShadowRun[] runs;
            lock (_gate)
                runs = [.. _runs.Values];
            return [.. runs.Select(run => run.Describe())];
        }
    }

    public void Start(ShadowCandidate candidate, ShadowOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Share, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Duration, TimeSpan.Zero);

        var run = new ShadowRun(candidate, options, clock, Ended);
        ShadowRun? before;
        lock (_gate)
        {
            before = _runs.GetValueOrDefault(candidate.Kind);
            _runs[candidate.Kind] = run;
            taps.Set(candidate.Kind, run);
        }

        before?.End("another shadow took its place");
        run.Start();
        logger.ShadowStarted($"{candidate.Kind}", candidate.Model, options.Share, options.Duration);
    }

    public bool Stop(ShadowKind kind)
    {
        ShadowRun? run;
        lock (_gate)
            run = _runs.GetValueOrDefault(kind);
        if (run is null || run.Describe().Ended is not null)
            return false;

        taps.Set(kind, null);
        run.End("stopped");
        return true;
    }

    public void Dispose()
    {
        ShadowRun[] runs;
        lock (_gate)
            runs = [.. _runs.Values];
        foreach (var run in runs)
            run.Dispose();
    }

    private void Ended(ShadowRun run, string why)
    {
        lock (_gate)
        {
            if (taps.Of(run.Candidate.Kind) == run)
                taps.Set(run.Candidate.Kind, null);
        }

        logger.ShadowEnded($"{run.Candidate.Kind}", run.Candidate.Model, why);
    }
}
