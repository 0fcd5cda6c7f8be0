using System.Diagnostics;
using Appliance.Inference.Catalogue;
using Appliance.Native.OnnxRuntime;

namespace Appliance.Inference;

/// <summary>The right to run a model, and the promise that it stays loaded until this is disposed.</summary>
internal sealed class ModelLease(LoadedModel model, OrtSession session, Action<LoadedModel> returned) : IDisposable
{
    private int _disposed;

    internal ModelEntry Entry => model.Entry;

    internal OrtSession Session => session;

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

        model.Ran(Stopwatch.GetTimestamp() - started);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        model.Return();
        returned(model);
    }
}
