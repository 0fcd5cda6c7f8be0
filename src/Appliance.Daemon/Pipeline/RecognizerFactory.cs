using Appliance.Core.Analysis;
using Appliance.Core.Recognition;
using Appliance.Core.Recognition.Index;
using Appliance.Core.Rules;
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
    private readonly Lock _gate = new();
    private RecognitionOptions _recognition = new();
    private AlertsOptions _alerts = alerts;
    private FlatIndex? _index;
    private IDisposable? _feed;

    /// <summary>The index in use; null until models are loaded.</summary>
    public FlatIndex? Index
    {
        get
        {
            lock (_gate)
                return _index;
        }
    }

    /// <summary>Whether the clock is known to be right.</summary>
    public Func<bool?> ClockSynced { get; init; } = static () => null;

    /// <summary>Thresholds for what is made from now on.</summary>
    public RecognitionOptions Recognition
    {
        get => Volatile.Read(ref _recognition);
        set => Volatile.Write(ref _recognition, value);
    }

    /// <summary>What becomes an alert, for what is made from now on.</summary>
    public AlertsOptions Alerts
    {
        get => Volatile.Read(ref _alerts);
        set => Volatile.Write(ref _alerts, value);
    }

    /// <exception cref="InferenceException">The library or a model is missing; says what to do.</exception>
    public Recognizer Create()
    {
        var detector = engine.CreateDetector();
        try
        {
            var embedder = engine.CreateEmbedder();
            return new(detector, embedder, ContextFor(detector.Model, embedder));
        }
        catch
        {
            detector.Dispose();
            throw;
        }
    }

    /// <summary>What the embedder's contract says, unless the configuration says otherwise.</summary>
    public static MatchThreshold ThresholdOf(ModelEntry embedder, RecognitionOptions recognition)
    {
        var contract = embedder.Thresholds is { } measured
            ? MatchThreshold.Measured(measured.Verify, measured.Identify)
            : MatchThreshold.Retail0095;
        return recognition.Threshold is { } threshold ? contract.Configured(threshold) : contract;
    }

    public void Dispose()
    {
        lock (_gate)
            _feed?.Dispose();
    }

    private AnalysisContext ContextFor(string detector, IFaceEmbedder embedder)
    {
        var recognition = Recognition;
        return new AnalysisContext
        {
            Tracking = tracking,
            Recognition = recognition,
            Alerts = Alerts,
            Threshold = ThresholdOf(engine.EmbedderModel, recognition),
            Index = IndexFor(embedder),
            FindPerson = store.Watchlist.Find,
            BootId = bootId,
            Models = [detector, embedder.Model],
            ClockSynced = ClockSynced,
        };
    }

    private FlatIndex IndexFor(IFaceEmbedder embedder)
    {
        lock (_gate)
        {
            if (_index?.Model == embedder.Model)
                return _index;

            var index = new FlatIndex(embedder.Model, embedder.Dimensions);
            // On a worker's thread, before its first frame: nobody waits for this thread meanwhile.
            var feed = store.Watchlist.Feed(index).GetAwaiter().GetResult();
            _feed?.Dispose();
            (_index, _feed) = (index, feed);
            return index;
        }
    }
}
