using Appliance.Core.Analysis;
using Appliance.Core.Detection;
using Appliance.Core.Recognition;
using Appliance.Core.Recognition.Index;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;
using Appliance.Core.Tracking;
using Appliance.Inference;
using Appliance.Inference.Catalogue;
using Appliance.Store;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// Makes what a worker needs from the models and settings of the moment, and keeps one watchlist index for all workers.
/// </summary>
internal sealed class RecognizerFactory(
    InferenceEngine engine, ApplianceStore store, TrackingOptions tracking, AlertsOptions alerts, Guid bootId) : IDisposable
{
    private readonly WatchlistIndexes _indexes = new(store.Watchlist);
    private RecognitionOptions _recognition = new();
    private AlertsOptions _alerts = alerts;
    private int _version;
    private RuleSet _rules = RuleSet.Empty;

    /// <summary>The index of the embedder in use; null until models are loaded.</summary>
    public FlatIndex? Index => _indexes.Live;

    /// <summary>One index per embedder somebody searches with.</summary>
    public WatchlistIndexes Indexes => _indexes;

    /// <summary>Goes up with every change of models, thresholds or rules: what was made before is out of date.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Raised when other models came into use, on the thread that did it: whoever holds the old ones lets go of them.</summary>
    public event Action? Replaced;

    /// <summary>How long a model may lie unused; zero = for ever.</summary>
    public TimeSpan IdleUnload => engine.Options.IdleUnload;

    /// <summary>Whether the clock is known to be right.</summary>
    public Func<bool?> ClockSynced { get; init; } = static () => null;

    /// <summary>Thresholds for what is made from now on.</summary>
    public RecognitionOptions Recognition
    {
        get => Volatile.Read(ref _recognition);
        set
        {
            Volatile.Write(ref _recognition, value);
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>What becomes an alert, for what is made from now on.</summary>
    public AlertsOptions Alerts
    {
        get => Volatile.Read(ref _alerts);
        set
        {
            Volatile.Write(ref _alerts, value);
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>Zones and rules, for what is made from now on.</summary>
    public RuleSet Rules
    {
        get => Volatile.Read(ref _rules);
        set
        {
            Volatile.Write(ref _rules, value);
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>What one thread needs, with the models in use.</summary>
    /// <exception cref="InferenceException">The library or a model is missing; says what to do.</exception>
    public Recognizer Create()
    {
        var made = Create(null, null);
        _indexes.KeepLive(made.Embedder.Model);
        return made;
    }

    /// <summary>The same with other models, which are not the ones in use yet.</summary>
    /// <param name="detectorModel">A name of the catalogue; null = the one in use.</param>
    /// <param name="embedderModel">A name of the catalogue; null = the one in use.</param>
    /// <exception cref="InferenceException">The library or a model is missing; says what to do.</exception>
    public Recognizer Create(string? detectorModel, string? embedderModel)
    {
        var version = Version;
        IFaceDetector? detector = null;
        IFaceEmbedder? embedder = null;
        WatchlistIndexes.IndexLease? index = null;
        try
        {
            detector = engine.CreateDetector(detectorModel);
            embedder = engine.CreateEmbedder(embedderModel);
            index = _indexes.Lease(embedder);
            return new(detector, embedder, ContextFor(detector.Model, embedder.Model, index.Index), index, version);
        }
        catch
        {
            index?.Dispose();
            embedder?.Dispose();
            detector?.Dispose();
            throw;
        }
    }

    /// <summary>Makes the models of <paramref name="made"/> the ones in use.</summary>
    public void Use(Recognizer made)
    {
        engine.Choose(ModelKind.FaceDetector, made.Detector.Model);
        engine.Choose(ModelKind.FaceEmbedder, made.Embedder.Model);
        _indexes.KeepLive(made.Embedder.Model);
        Interlocked.Increment(ref _version);
        Replaced?.Invoke();
    }

    /// <summary>What the embedder's contract says, unless the configuration says otherwise.</summary>
    public static MatchThreshold ThresholdOf(ModelEntry embedder, RecognitionOptions recognition)
    {
        var contract = embedder.Thresholds is { } measured
            ? MatchThreshold.Measured(measured.Verify, measured.Identify)
            : MatchThreshold.Retail0095;
        return recognition.Threshold is { } threshold ? contract.Configured(threshold) : contract;
    }

    public void Dispose() => _indexes.Dispose();

    private AnalysisContext ContextFor(string detector, string embedder, FlatIndex index)
    {
        var recognition = Recognition;
        return new AnalysisContext
        {
            Tracking = tracking,
            Recognition = recognition,
            Alerts = Alerts,
            Rules = Rules,
            Threshold = ThresholdOf(engine.Catalogue.Named(embedder) ?? engine.EmbedderModel, recognition),
            Index = index,
            FindPerson = store.Watchlist.Find,
            BootId = bootId,
            Models = [detector, embedder],
            ClockSynced = ClockSynced,
        };
    }
}
