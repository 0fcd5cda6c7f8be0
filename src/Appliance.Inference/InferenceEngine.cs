using Appliance.Core.Detection;
using Appliance.Core.Recognition;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Detection;
using Appliance.Inference.Embedding;
using Appliance.Inference.Health;
using Appliance.Inference.Tuning;
using Appliance.Native.OnnxRuntime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Inference;

/// <summary>
/// The models of this box, opened once and shared: every detector and embedder made here has its own buffers and belongs to one
/// thread at a time, the session behind them is common. What nobody uses for a time gives its memory back and is loaded again by
/// the next who needs it. Thread-safe. Dispose after what it made.
/// </summary>
public sealed class InferenceEngine : IDisposable
{
    private static readonly TimeSpan s_longestRound = TimeSpan.FromSeconds(30);

    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly ITimer? _rounds;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LoadedModel> _models = [];
    private readonly Dictionary<ModelKind, string> _chosen = [];
    private bool _closed;

    /// <summary>Loads nothing yet: a missing library or model shows in <see cref="GetHealth"/> and when something is created.</summary>
    /// <exception cref="InferenceException">The product's own manifest is missing or malformed.</exception>
    public InferenceEngine(InferenceOptions options, ILogger<InferenceEngine>? logger = null, TimeProvider? clock = null)
    {
        Options = options;
        _logger = logger ?? NullLogger<InferenceEngine>.Instance;
        _clock = clock ?? TimeProvider.System;
        Catalogue = ModelCatalogue.Open(options.ModelStore);
        if (Catalogue.LocalFault is { } fault)
            _logger.LocalCatalogueIgnored(fault);
        if (options.IdleUnload > TimeSpan.Zero)
        {
            var round = TimeSpan.FromTicks(Math.Min(options.IdleUnload.Ticks / 4, s_longestRound.Ticks));
            _rounds = _clock.CreateTimer(_ => UnloadIdle(), null, round, round);
        }
    }

    public InferenceOptions Options { get; }

    /// <summary>The models that are known and where their files are.</summary>
    public ModelCatalogue Catalogue { get; }

    /// <summary>The contract and the thresholds of the embedder in use.</summary>
    /// <exception cref="InferenceException">No embedder is present.</exception>
    public ModelEntry EmbedderModel => InUse(ModelKind.FaceEmbedder);

    /// <summary>The contract of the detector in use.</summary>
    /// <exception cref="InferenceException">No detector is present.</exception>
    public ModelEntry DetectorModel => InUse(ModelKind.FaceDetector);

    /// <summary>The model of this kind that is made when none is named.</summary>
    /// <exception cref="InferenceException">None is present.</exception>
    public ModelEntry InUse(ModelKind kind) => Catalogue.Choose(kind, Wanted(kind));

    /// <summary>
    /// Makes another model the one in use, for what is created from now on; what exists goes on with the old one. Null: what the
    /// options say.
    /// </summary>
    public void Choose(ModelKind kind, string? model)
    {
        lock (_gate)
        {
            if (model is null)
                _chosen.Remove(kind);
            else
                _chosen[kind] = model;
        }

        foreach (var loaded in All())
            UnloadIfLeft(loaded);
    }

    /// <summary>A face detector of its own for one thread.</summary>
    /// <param name="model">A name of the catalogue; null = the one in use.</param>
    /// <exception cref="InferenceException">The library or the model is missing or refused; says what to do.</exception>
    public IFaceDetector CreateDetector(string? model = null) =>
        Create<IFaceDetector>(ModelKind.FaceDetector, model, lease => new YuNetDetector(lease, Options));

    /// <summary>A face embedder of its own for one thread.</summary>
    /// <param name="model">A name of the catalogue; null = the one in use.</param>
    /// <exception cref="InferenceException">The library or the model is missing or refused; says what to do.</exception>
    public IFaceEmbedder CreateEmbedder(string? model = null) =>
        Create<IFaceEmbedder>(ModelKind.FaceEmbedder, model, lease => new FaceEmbedder(lease));

    /// <summary>What runs, on what, since when and how fast; never throws.</summary>
    public InferenceHealth GetHealth()
    {
        var runtime = OrtRuntime.Load(Options.Library);
        var whyNot = runtime.WhyNot ?? WhyMissing(ModelKind.FaceDetector) ?? WhyMissing(ModelKind.FaceEmbedder);
        return new(
            whyNot is null, whyNot,
            runtime.IsAvailable ? new(runtime.Version, runtime.LibraryPath, runtime.Providers) : null,
            [.. All().Select(model => model.GetHealth())]);
    }

    /// <summary>Whether somebody runs the model right now, live or beside it.</summary>
    public bool IsRunning(ModelEntry model) => All().Any(loaded => loaded.Entry.Id == model.Id && !loaded.IsFree);

    /// <summary>Frees what nobody holds and nobody ran for <see cref="InferenceOptions.IdleUnload"/>; a timer does it.</summary>
    internal void UnloadIdle()
    {
        foreach (var model in All())
        {
            if (model.Unload(Options.IdleUnload))
                _logger.ModelUnloaded(model.Entry.Id, Options.IdleUnload);
        }
    }

    /// <summary>How a session of the model is set up here: what was measured, unless the options say otherwise.</summary>
    public SessionTuning OptionsOf(ModelEntry model)
    {
        var measured = Options.UseMeasured ? Catalogue.TuningOf(model.Name, CpuFamily.Current) : null;
        return (measured ?? new()) with
        {
            Threads = Options.Threads > 0 ? Options.Threads : Math.Min(measured?.Threads ?? 1, Environment.ProcessorCount),
        };
    }

    /// <summary>The native form of <paramref name="tuning"/> with the providers of the options.</summary>
    internal OrtSessionSettings Settings(SessionTuning tuning) => new()
    {
        Providers = Options.Providers,
        Threads = tuning.Threads,
        GraphOptimization = tuning.GraphOptimization,
        Parallel = tuning.Parallel,
        Spinning = tuning.Spinning,
        Arena = tuning.Arena,
        DeviceId = Options.DeviceId,
        EngineCache = EngineCache(),
    };

    public void Dispose()
    {
        _rounds?.Dispose();
        lock (_gate)
        {
            _closed = true;
            foreach (var model in _models.Values)
                model.Dispose();
            _models.Clear();
        }
    }

    private T Create<T>(ModelKind kind, string? model, Func<ModelLease, T> make)
    {
        var lease = Lease(kind, model ?? Wanted(kind));
        try
        {
            return make(lease);
        }
        catch (OrtException error)
        {
            lease.Dispose();
            throw new InferenceException($"{lease.Entry.Id}: {error.Message}", error);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private ModelLease Lease(ModelKind kind, string wanted)
    {
        // The name costs nothing; the hash over the file is taken only when the model is opened for the first time.
        var entry = Catalogue.Choose(kind, wanted);
        LoadedModel? model;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_models.TryGetValue(entry.Id, out model))
            {
                var resolved = Catalogue.Resolve(kind, wanted);
                var tuning = OptionsOf(entry);
                model = new(resolved, () => Open(resolved, tuning), tuning, _clock);
                _models.Add(entry.Id, model);
            }
        }

        var before = model.GetHealth().Loads;
        var lease = model.Lease(UnloadIfLeft);
        var health = model.GetHealth();
        if (health.Loads != before)
            Log(health);
        return lease;
    }

    private OrtSession Open(ResolvedModel resolved, SessionTuning tuning)
    {
        // The file may have been replaced while the model was unloaded.
        _ = Catalogue.Resolve(resolved.Entry.Kind, resolved.Path);
        return LoadedModel.Open(OrtRuntime.Load(Options.Library), resolved, Settings(tuning));
    }

    /// <summary>A model that is no longer the one in use has nobody to come back for.</summary>
    private void UnloadIfLeft(LoadedModel model)
    {
        string wanted;
        lock (_gate)
            wanted = Wanted(model.Entry.Kind);
        if (model.IsFree && !Is(model.Entry, wanted) && model.Unload(TimeSpan.Zero))
            _logger.ModelLeft(model.Entry.Id);
    }

    private bool Is(ModelEntry model, string wanted)
    {
        try
        {
            return Catalogue.Choose(model.Kind, wanted).Id == model.Id;
        }
        catch (InferenceException)
        {
            return false;
        }
    }

    private string Wanted(ModelKind kind)
    {
        lock (_gate)
        {
            return _chosen.TryGetValue(kind, out var chosen)
                ? chosen
                : kind == ModelKind.FaceDetector ? Options.Detector : Options.Embedder;
        }
    }

    private LoadedModel[] All()
    {
        lock (_gate)
            return [.. _models.Values];
    }

    private void Log(ModelHealth model)
    {
        foreach (var refusal in model.Refusals)
            _logger.ProviderRefused(model.Model, refusal.Provider, refusal.Reason);
        _logger.ModelLoaded(model.Model, model.Path, model.Provider, model.LoadTime);
    }

    private string? WhyMissing(ModelKind kind)
    {
        try
        {
            var wanted = Wanted(kind);
            var model = Catalogue.Choose(kind, wanted);
            lock (_gate)
            {
                if (_models.ContainsKey(model.Id))
                    return null;
            }

            _ = Catalogue.Resolve(kind, wanted);
            return null;
        }
        catch (InferenceException error)
        {
            return error.Message;
        }
    }

    private string? EngineCache() => (Options.EngineCache, Options.ModelStore) switch
    {
        ({ Length: > 0 } named, _) => named,
        (_, { Length: > 0 } store) => Path.Combine(store, "engines"),
        _ => null,
    };
}
