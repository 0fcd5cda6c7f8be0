using System.Diagnostics;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Graphs;
using Appliance.Inference.Health;
using Appliance.Inference.Tuning;
using Appliance.Native.OnnxRuntime;

namespace Appliance.Inference;

/// <summary>
/// A model of this box and, while somebody uses it, its session. Whoever runs it holds a <see cref="ModelLease"/>; without leases the
/// session may go and comes back with the next one. Its figures outlive both. Thread-safe.
/// </summary>
internal sealed class LoadedModel(ResolvedModel model, Func<OrtSession> open, SessionTuning tuning, TimeProvider clock) : IDisposable
{
    private readonly LatencyHistogram _latency = new();
    private readonly Lock _gate = new();
    private OrtSession? _session;
    private string _provider = "";
    private IReadOnlyList<ProviderRefusal> _refusals = [];
    private TimeSpan _loadTime;
    private int _users;
    private long _loads;
    private long _used = clock.GetTimestamp();

    internal ModelEntry Entry => model.Entry;

    internal string Path => model.Path;

    /// <summary>Whether nobody holds it.</summary>
    internal bool IsFree
    {
        get
        {
            lock (_gate)
                return _users == 0;
        }
    }

    /// <summary>Opens a model's file as it is run here, LeakyRelu rewrite included.</summary>
    /// <exception cref="InferenceException">The library is missing or refuses the file.</exception>
    internal static OrtSession Open(OrtRuntime runtime, ResolvedModel model, OrtSessionSettings settings)
    {
        if (!runtime.IsAvailable)
            throw new InferenceException(runtime.WhyNot!);

        try
        {
            return LeakyReluRewriter.Rewrite(File.ReadAllBytes(model.Path)) is { } rewritten
                ? OrtSession.Open(runtime, rewritten, settings)
                : OrtSession.Open(runtime, model.Path, settings);
        }
        catch (Exception error) when (error is OrtException or IOException or UnauthorizedAccessException or FormatException)
        {
            throw new InferenceException($"{model.Path}: {error.Message}", error);
        }
    }

    /// <summary>The right to run it; loads it when it is not loaded.</summary>
    /// <exception cref="InferenceException">The library is missing or refuses the file.</exception>
    internal ModelLease Lease(Action<LoadedModel> returned)
    {
        lock (_gate)
        {
            if (_session is null)
            {
                var started = Stopwatch.GetTimestamp();
                _session = open();
                _loadTime = Stopwatch.GetElapsedTime(started);
                _provider = _session.Provider;
                _refusals = [.. _session.Refusals.Select(refusal => new ProviderRefusal(refusal.Provider, refusal.Reason))];
                _loads++;
            }

            _users++;
            Volatile.Write(ref _used, clock.GetTimestamp());
            return new(this, _session, returned);
        }
    }

    internal void Return()
    {
        lock (_gate)
            _users--;
    }

    /// <summary>Frees the session if nobody holds it and nobody ran it for so long.</summary>
    /// <returns>Whether it did.</returns>
    internal bool Unload(TimeSpan idle)
    {
        lock (_gate)
        {
            if (_users > 0 || _session is null || clock.GetElapsedTime(Volatile.Read(ref _used)) < idle)
                return false;

            _session.Dispose();
            _session = null;
            return true;
        }
    }

    internal void Ran(long elapsed)
    {
        _latency.Add(elapsed);
        Volatile.Write(ref _used, clock.GetTimestamp());
    }

    internal ModelHealth GetHealth()
    {
        lock (_gate)
        {
            return new(
                Entry.Id, Entry.Kind.ToString(), model.Path, Entry.Sha256, _provider, _refusals, _loadTime, _latency.Runs,
                _latency.Summarise(), _session is not null, _users, _loads, clock.GetElapsedTime(Volatile.Read(ref _used)), tuning.ToString());
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _session?.Dispose();
            _session = null;
        }
    }
}
