using System.Diagnostics;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Graphs;
using Appliance.Inference.Health;
using Appliance.Native.OnnxRuntime;

namespace Appliance.Inference;

/// <summary>A model in memory, shared by everything that runs it.</summary>
internal sealed class LoadedModel(ResolvedModel model, OrtSession session, TimeSpan loadTime) : IDisposable
{
    private readonly LatencyHistogram _latency = new();

    internal ModelEntry Entry => model.Entry;

    internal OrtSession Session => session;

    /// <exception cref="InferenceException">The library is missing or refuses the file.</exception>
    internal static LoadedModel Open(OrtRuntime runtime, ResolvedModel model, OrtSessionSettings settings)
    {
        if (!runtime.IsAvailable)
            throw new InferenceException(runtime.WhyNot!);

        var started = Stopwatch.GetTimestamp();
        try
        {
            var session = LeakyReluRewriter.Rewrite(File.ReadAllBytes(model.Path)) is { } rewritten
                ? OrtSession.Open(runtime, rewritten, settings)
                : OrtSession.Open(runtime, model.Path, settings);
            return new(model, session, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception error) when (error is OrtException or IOException or FormatException)
        {
            throw new InferenceException($"{model.Path}: {error.Message}", error);
        }
    }

    /// <summary>Runs and measures.</summary>
    /// <exception cref="InferenceException">The provider failed.</exception>
    internal void Run(OrtBinding binding)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            binding.Run();
        }
        catch (OrtException error)
        {
            throw new InferenceException($"{Entry.Id} on {session.Provider}: {error.Message}", error);
        }

        _latency.Add(Stopwatch.GetTimestamp() - started);
    }

    internal ModelHealth GetHealth() => new(
        Entry.Id, Entry.Kind.ToString(), model.Path, Entry.Sha256, session.Provider,
        [.. session.Refusals.Select(refusal => new ProviderRefusal(refusal.Provider, refusal.Reason))],
        loadTime, _latency.Runs, _latency.Summarise());

    public void Dispose() => session.Dispose();
}
