using Appliance.Core.Detection;
using Appliance.Core.Recognition;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Detection;
using Appliance.Inference.Embedding;
using Appliance.Inference.Health;
using Appliance.Native.OnnxRuntime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Inference;

/// <summary>
/// The models of this box, opened once and shared: every detector and embedder made here has its own buffers and belongs to one
/// thread at a time, the session behind them is common. Thread-safe. Dispose after what it made.
/// </summary>
public sealed class InferenceEngine : IDisposable
{
    private readonly ILogger _logger;
    private readonly Lock _loading = new();
    private readonly Dictionary<ModelKind, LoadedModel> _loaded = [];

    /// <summary>Loads nothing yet: a missing library or model shows in <see cref="GetHealth"/> and when something is created.</summary>
    /// <exception cref="InferenceException">The product's own manifest is missing or malformed.</exception>
    public InferenceEngine(InferenceOptions options, ILogger<InferenceEngine>? logger = null)
    {
        Options = options;
        _logger = logger ?? NullLogger<InferenceEngine>.Instance;
        Catalogue = ModelCatalogue.Open(options.ModelStore);
    }

    public InferenceOptions Options { get; }

    /// <summary>The models that are known and where their files are.</summary>
    public ModelCatalogue Catalogue { get; }

    /// <summary>The contract and the thresholds of the embedder in use.</summary>
    /// <exception cref="InferenceException">No embedder is present.</exception>
    public ModelEntry EmbedderModel => Catalogue.Resolve(ModelKind.FaceEmbedder, Options.Embedder).Entry;

    /// <summary>The contract of the detector in use.</summary>
    /// <exception cref="InferenceException">No detector is present.</exception>
    public ModelEntry DetectorModel => Catalogue.Resolve(ModelKind.FaceDetector, Options.Detector).Entry;

    /// <summary>A face detector of its own for one thread.</summary>
    /// <exception cref="InferenceException">The library or the model is missing or refused; says what to do.</exception>
    public IFaceDetector CreateDetector() => new YuNetDetector(Load(ModelKind.FaceDetector, Options.Detector), Options);

    /// <summary>A face embedder of its own for one thread.</summary>
    /// <exception cref="InferenceException">The library or the model is missing or refused; says what to do.</exception>
    public IFaceEmbedder CreateEmbedder() => new FaceEmbedder(Load(ModelKind.FaceEmbedder, Options.Embedder));

    /// <summary>What runs, on what, since when and how fast; never throws.</summary>
    public InferenceHealth GetHealth()
    {
        var runtime = OrtRuntime.Load(Options.Library);
        lock (_loading)
        {
            var whyNot = runtime.WhyNot ?? WhyMissing(ModelKind.FaceDetector, Options.Detector)
                ?? WhyMissing(ModelKind.FaceEmbedder, Options.Embedder);
            return new(
                whyNot is null, whyNot,
                runtime.IsAvailable ? new(runtime.Version, runtime.LibraryPath, runtime.Providers) : null,
                [.. _loaded.Values.Select(model => model.GetHealth())]);
        }
    }

    public void Dispose()
    {
        lock (_loading)
        {
            foreach (var model in _loaded.Values)
                model.Dispose();
            _loaded.Clear();
        }
    }

    private LoadedModel Load(ModelKind kind, string wanted)
    {
        lock (_loading)
        {
            if (_loaded.TryGetValue(kind, out var loaded))
                return loaded;

            var resolved = Catalogue.Resolve(kind, wanted);
            loaded = LoadedModel.Open(OrtRuntime.Load(Options.Library), resolved, Settings());
            _loaded.Add(kind, loaded);
            Log(loaded.GetHealth());
            return loaded;
        }
    }

    private void Log(ModelHealth model)
    {
        foreach (var refusal in model.Refusals)
            _logger.ProviderRefused(model.Model, refusal.Provider, refusal.Reason);
        _logger.ModelLoaded(model.Model, model.Path, model.Provider, model.LoadTime);
    }

    private string? WhyMissing(ModelKind kind, string wanted)
    {
        if (_loaded.ContainsKey(kind))
            return null;
        try
        {
            _ = Catalogue.Resolve(kind, wanted);
            return null;
        }
        catch (InferenceException error)
        {
            return error.Message;
        }
    }

    private OrtSessionSettings Settings() => new()
    {
        Providers = Options.Providers,
        Threads = Options.Threads,
        DeviceId = Options.DeviceId,
        EngineCache = EngineCache(),
    };

    private string? EngineCache() => (Options.EngineCache, Options.ModelStore) switch
    {
        ({ Length: > 0 } named, _) => named,
        (_, { Length: > 0 } store) => Path.Combine(store, "engines"),
        _ => null,
    };
}
