using Appliance.Core.Detection;
using Appliance.Core.Recognition;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Health;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Inference;

/// <summary>
/// The models of this box, opened once and shared: every detector and embedder made here has its own buffers and belongs to one
/// thread at a time, the session behind them is common. Thread-safe. Dispose after what it made.
/// </summary>
public sealed class InferenceEngine : IDisposable
{
    /// <summary>Loads nothing yet: a missing library or model shows in <see cref="GetHealth"/> and when something is created.</summary>
    public InferenceEngine(InferenceOptions options, ILogger<InferenceEngine>? logger = null)
    {
        Options = options;
        _ = logger ?? NullLogger<InferenceEngine>.Instance;
        Catalogue = ModelCatalogue.Open(options.ModelStore);
    }

    public InferenceOptions Options { get; }

    /// <summary>The models that are known and where their files are.</summary>
    public ModelCatalogue Catalogue { get; }

    /// <summary>A face detector of its own for one thread.</summary>
    /// <exception cref="InferenceException">The library or the model is missing or refused; says what to do.</exception>
    public IFaceDetector CreateDetector() => throw new NotImplementedException();

    /// <summary>A face embedder of its own for one thread.</summary>
    /// <exception cref="InferenceException">The library or the model is missing or refused; says what to do.</exception>
    public IFaceEmbedder CreateEmbedder() => throw new NotImplementedException();

    /// <summary>The contract and the thresholds of the embedder in use.</summary>
    /// <exception cref="InferenceException">No embedder is present.</exception>
    public ModelEntry EmbedderModel => throw new NotImplementedException();

    /// <summary>The contract of the detector in use.</summary>
    /// <exception cref="InferenceException">No detector is present.</exception>
    public ModelEntry DetectorModel => throw new NotImplementedException();

    /// <summary>What runs, on what, since when and how fast; never throws.</summary>
    public InferenceHealth GetHealth() => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
