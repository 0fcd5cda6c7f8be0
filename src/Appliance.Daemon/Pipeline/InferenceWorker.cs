using Appliance.Core.Alerts;
using Appliance.Core.Analysis;
using Appliance.Core.Cameras;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Rules.Engine;
using Appliance.Core.Tracking;
using Appliance.Daemon.Evidence.Recording;
using Appliance.Daemon.Models.Shadow;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// One thread that turns the frames of its cameras into tracks and alerts. It never dies: a fault of the models is a reason in
/// <see cref="Fault"/>, frames are given back meanwhile and the models are made anew after a pause.
/// </summary>
internal sealed class InferenceWorker(
    string name,
    RecognizerFactory recognizers,
    ShadowTaps taps,
    AlertDispatcher alerts,
    LiveFeed live,
    SnapshotDesk snapshots,
    TimeProvider clock,
    ILogger<InferenceWorker> logger,
    EvidenceWitness? witness = null) : IAnalysisObserver, IDisposable
{
    private const int MaxBatch = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);

    private readonly Dictionary<CameraId, CameraAnalyzer> _analyzers = [];
    private readonly Dictionary<CameraId, CameraActivity> _activities = [];
    private readonly Lock _gate = new();
    private readonly Frame[] _frames = new Frame[MaxBatch];
    private readonly List<FaceDetection>[] _faces = [.. Enumerable.Range(0, MaxBatch).Select(_ => new List<FaceDetection>(32))];
    private Thread? _thread;
    private Recognizer? _recognizer;
    private Recognizer? _next;
    private volatile bool _renew;
    private volatile bool _resting;
    private volatile bool _stopping;
    private volatile string? _fault = "starting";
    private long _progress;
    private long _lastFrame = clock.GetTimestamp();
    private long _retryAt;
    private TimeSpan _pause = s_firstPause;

    /// <summary>Frames wait here.</summary>
    public FrameQueue Queue { get; } = new();

    /// <summary>Looks at an alert with the frame that decided it, before anyone else, and may add to it; null = nobody does.</summary>
    public Func<Frame, Track, Alert, Alert>? Judge { get; init; }

    /// <summary>Why nobody is recognised; null while all is well.</summary>
    public string? Fault => _fault;

    /// <summary>Monotonic time of the latest turn of the loop; a worker that hangs in a library stops advancing it.</summary>
    public long Progress => Volatile.Read(ref _progress);

    public CameraActivity Activity(CameraId camera)
    {
        lock (_gate)
        {
            if (!_activities.TryGetValue(camera, out var activity))
                _activities.Add(camera, activity = new CameraActivity(camera));
            return activity;
        }
    }

    public void Start()
    {
        Volatile.Write(ref _progress, clock.GetTimestamp());
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Makes the models and thresholds anew before the next frame; tracks stay.</summary>
    public void Renew() => _renew = true;

    /// <summary>
    /// Goes on with models that were made ready elsewhere, from the next frame on; tracks stay. The worker owns them from here, and
    /// takes no longer than for any other frame.
    /// </summary>
    public void Adopt(Recognizer ready)
    {
        Interlocked.Exchange(ref _next, ready)?.Dispose();
        if (_stopping)
            Interlocked.Exchange(ref _next, null)?.Dispose();
    }

    /// <summary>Whether the models were given back because no camera sends anything.</summary>
    public bool IsResting => _resting;

    /// <summary>Ends the thread after the frame in hand; what waits is given back.</summary>
    public void Dispose()
    {
        _stopping = true;
        _thread?.Join();
        Queue.Dispose();
        _recognizer?.Dispose();
        _recognizer = null;
        Interlocked.Exchange(ref _next, null)?.Dispose();
    }

    void IAnalysisObserver.FrameAnalyzed(Frame frame, IReadOnlyList<Track> tracks, IReadOnlyList<Track> ended)
    {
        witness?.Seen(frame, tracks);
        var seen = 0;
        var confirmed = 0;
        for (var i = 0; i < tracks.Count; i++)
        {
            if (tracks[i].IsSeen)
                seen++;
            if (tracks[i].State == TrackState.Confirmed)
                confirmed++;
        }

        Activity(frame.Camera).FrameDone(seen, confirmed);
        live.Tracks?.Analyzed(frame, tracks, ended);
        if (ended.Count == 0 || !live.HasWatchers)
            return;

        for (var i = 0; i < ended.Count; i++)
            live.Publish(TrackEvent.Of(frame, ended[i], "ended", null));
    }

    void IAnalysisObserver.Identified(Frame frame, Track track, in Identity identity)
    {
        live.Tracks?.Identified(frame, track, identity);
        if (live.HasWatchers)
            live.Publish(TrackEvent.Of(frame, track, "identified", identity));
    }

    void IAnalysisObserver.RulesAsked(Frame frame, ReadOnlySpan<Sighting> sightings, int tampered)
    {
        Activity(frame.Camera).Tampered = tampered;
        if (live.IsRecorded)
            live.Record(SceneEvent.Of(frame, sightings, tampered));
    }

    void IAnalysisObserver.AlertRaised(Frame frame, Track? track, Alert alert)
    {
        Activity(frame.Camera).AlertRaised();
        if (alert.KeepEvidence)
            witness?.Raised(frame, alert.Id, snapshots.MaskOf(frame.Camera));
        // Only what is about somebody can be judged by how they look.
        alerts.Raise(track is not null && Judge is not null ? Judge(frame, track, alert) : alert);
    }

    private void Run()
    {
        while (!_stopping)
        {
            Volatile.Write(ref _progress, clock.GetTimestamp());
            var count = Queue.Take(_frames, s_patience);
            try
            {
                for (var i = 0; i < count; i++)
                    snapshots.Offer(_frames[i]);
                if (count > 0)
                    _lastFrame = clock.GetTimestamp();
                if (IsReady(count > 0) && count > 0)
                    Process(count);
                else if (count == 0)
                    RestWhenIdle();
            }
            catch (Exception error)
            {
                Fail(error);
            }
            finally
            {
                for (var i = 0; i < count; i++)
                    _frames[i].Dispose();
            }
        }
    }

    private void Process(int count)
    {
        try
        {
            _recognizer!.Detector.Detect(_frames.AsSpan(0, count), _faces.AsSpan(0, count));
            for (var i = 0; i < count; i++)
                AnalyzerOf(_frames[i].Camera).Analyze(_frames[i], _faces[i], this);
        }
        catch
        {
            // What failed while running is not trusted any further.
            _recognizer?.Dispose();
            _recognizer = null;
            throw;
        }
    }

    private bool IsReady(bool needed)
    {
        if (Interlocked.Exchange(ref _next, null) is { } ready)
            Take(ready);
        else if (((_recognizer is null && (needed || !_resting)) || (_recognizer is not null && _renew)) && clock.GetTimestamp() >= _retryAt)
            Take(recognizers.Create());

        return _recognizer is not null;
    }

    // When new models are refused the old ones go on; when there are none, the caller sees the fault and we try again.
    private void Take(Recognizer fresh)
    {
        var (detector, embedder) = taps.On(fresh.Detector, fresh.Embedder, fresh.Context);
        fresh = fresh with { Detector = detector, Embedder = embedder };

        // Thresholds that changed while it was made ready are asked for anew.
        _renew = fresh.Version != recognizers.Version && _renew;
        var old = _recognizer;
        _recognizer = fresh;
        foreach (var analyzer in _analyzers.Values)
            analyzer.Adopt(fresh.Context, fresh.Embedder);
        _fault = null;
        _resting = false;
        _pause = s_firstPause;

        // The last to let go of a model frees it, which takes as long as several frames: not here.
        if (old is not null)
            ThreadPool.QueueUserWorkItem(static old => old.Dispose(), old, preferLocal: false);
    }

    /// <summary>Gives the models back while no camera sends anything; the next frame brings them back.</summary>
    private void RestWhenIdle()
    {
        var idle = recognizers.IdleUnload;
        if (_recognizer is null || idle <= TimeSpan.Zero || clock.GetElapsedTime(_lastFrame) < idle)
            return;

        _resting = true;
        _recognizer.Dispose();
        _recognizer = null;
    }

    private void Fail(Exception error)
    {
        if (_fault != error.Message)
            logger.WorkerRestarting(_pause, error);
        _fault = error.Message;
        _retryAt = clock.GetTimestamp() + (long)(_pause.TotalSeconds * clock.TimestampFrequency);
        _pause = TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, s_longestPause.Ticks));
    }

    private CameraAnalyzer AnalyzerOf(CameraId camera)
    {
        if (_analyzers.TryGetValue(camera, out var analyzer))
            return analyzer;

        analyzer = new CameraAnalyzer(camera, _recognizer!.Context, _recognizer.Embedder);
        _analyzers.Add(camera, analyzer);
        Activity(camera).Rules = analyzer.Rules;
        return analyzer;
    }
}
