using System.Diagnostics;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Shadow;
using Appliance.Native.Linux;

namespace Appliance.Daemon.Models.Shadow;

/// <summary>
/// One comparison: the live thread leaves a copy of what it saw in a single slot and goes on; a thread of the lowest priority runs the
/// candidate on it. While the slot is taken, what was chosen is dropped and counted. It ends when its time is over, when another
/// model goes live, or when the candidate fails.
/// </summary>
internal sealed class ShadowRun : IDisposable
{
    private const double LongestRun = 500;
    private const int LatencySteps = 2000;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    private readonly ShadowCandidate _candidate;
    private readonly ShadowOptions _options;
    private readonly TimeProvider _clock;
    private readonly Action<ShadowRun, string> _ended;
    private readonly DateTimeOffset _startedAt;
    private readonly long _started;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _filled = new(0);
    private readonly Lock _gate = new();

    // Guarded by the gate: what is counted, and the slot.
    private readonly DetectionTally _detections = new();
    private readonly DecisionTally _decisions = new();
    private readonly Tally _liveLatency = new(0, LongestRun, LatencySteps);
    private readonly Tally _candidateLatency = new(0, LongestRun, LatencySteps);
    private Work? _slot;
    private bool _isBusy;
    private double _due;
    private string _live = "";
    private long _seen;
    private long _compared;
    private long _dropped;
    private string? _why;
    private volatile bool _stopping;

    /// <param name="candidate">The model beside the live one.</param>
    /// <param name="options">How much, how long.</param>
    /// <param name="clock">Time.</param>
    /// <param name="ended">Told once, on the shadow's thread, why it ended.</param>
    public ShadowRun(ShadowCandidate candidate, ShadowOptions options, TimeProvider clock, Action<ShadowRun, string> ended)
    {
        (_candidate, _options, _clock, _ended) = (candidate, options, clock, ended);
        (_startedAt, _started) = (clock.GetUtcNow(), clock.GetTimestamp());
        _thread = new Thread(Run) { Name = $"shadow-{candidate.Kind}", IsBackground = true };
    }

    public ShadowCandidate Candidate => _candidate;

    public void Start() => _thread.Start();

    /// <summary>A frame as the live detector saw it. Copied only when it is this frame's turn and the shadow is free.</summary>
    public void Offer(Frame frame, List<FaceDetection> faces, string live, long elapsed)
    {
        if (!Choose(live, elapsed))
            return;

        Fill(new(PooledFrame.CopyOf(frame), [.. faces], default, [], default));
    }

    /// <summary>A face as the live embedder saw it, with its template and what it was searched in.</summary>
    public void Offer(
        Frame frame, in Landmarks5 face, ReadOnlySpan<float> template, (IWatchlistIndex, MatchThreshold) search, string live, long elapsed)
    {
        if (!Choose(live, elapsed))
            return;

        Fill(new(PooledFrame.CopyOf(frame), [], face, template.ToArray(), search));
    }

    public ShadowReport Describe()
    {
        lock (_gate)
        {
            return new(
                _candidate.Kind, _live, _candidate.Model, _options.Share, _startedAt, _startedAt + _options.Duration, _why, _seen, _compared,
                _dropped, _candidate.Kind == ShadowKind.Detector ? _detections.Describe() : null,
                _candidate.Kind == ShadowKind.Embedder ? _decisions.Describe() : null, _liveLatency.Describe(), _candidateLatency.Describe());
        }
    }

    /// <summary>Ends it for that reason, unless it has ended already; does not wait.</summary>
    public void End(string why)
    {
        lock (_gate)
            _why ??= why;
        _stopping = true;
        _filled.Release();
    }

    /// <summary>Ends it and waits for the run in hand.</summary>
    public void Dispose()
    {
        End("stopped");
        if (_thread.IsAlive)
            _thread.Join();
    }

    private bool Choose(string live, long elapsed)
    {
        if (_stopping)
            return false;

        lock (_gate)
        {
            if (_live.Length == 0)
                _live = live;
            else if (_live != live)
            {
                _why ??= $"{live} went live";
                _stopping = true;
                return false;
            }

            _seen++;
            _liveLatency.Add(Stopwatch.GetElapsedTime(0, elapsed).TotalMilliseconds);
            _due += _options.Share;
            if (_due < 1)
                return false;

            _due -= 1;
            if (_isBusy)
            {
                _dropped++;
                return false;
            }

            _isBusy = true;
            return true;
        }
    }

    private void Fill(Work work)
    {
        lock (_gate)
            _slot = work;
        _filled.Release();
    }

    private void Run()
    {
        // Before the model is opened: the threads that its session starts inherit it.
        ThreadNice.TryGiveWay();
        try
        {
            if (_candidate is DetectorCandidate detector)
                RunDetector(detector);
            else
                RunEmbedder((EmbedderCandidate)_candidate);
        }
        catch (Exception error)
        {
            // Whatever a candidate does, the live model does not notice.
            End(error.Message);
        }

        string why;
        lock (_gate)
        {
            why = _why ??= "its time was over";
            _slot?.Frame.Dispose();
            _slot = null;
        }

        _stopping = true;
        (_candidate as EmbedderCandidate)?.Release?.Invoke();
        _ended(this, why);
    }

    private void RunDetector(DetectorCandidate candidate)
    {
        using var detector = candidate.Create();
        var faces = new List<FaceDetection>(32);
        while (Next() is { } work)
        {
            using (work.Frame)
            {
                var started = Stopwatch.GetTimestamp();
                detector.Detect(work.Frame, faces);
                var elapsed = Stopwatch.GetElapsedTime(started);
                lock (_gate)
                {
                    _detections.Add(work.Faces, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(faces));
                    Done(elapsed);
                }
            }
        }
    }

    private void RunEmbedder(EmbedderCandidate candidate)
    {
        using var embedder = candidate.Create();
        var template = new float[embedder.Dimensions];
        while (Next() is { } work)
        {
            using (work.Frame)
            {
                var started = Stopwatch.GetTimestamp();
                embedder.Embed(work.Frame, [work.Face], template);
                var elapsed = Stopwatch.GetElapsedTime(started);
                lock (_gate)
                {
                    _decisions.Add(work.Search, work.Template, (candidate.Index, candidate.Threshold), template);
                    Done(elapsed);
                }
            }
        }
    }

    private void Done(TimeSpan elapsed)
    {
        _candidateLatency.Add(elapsed.TotalMilliseconds);
        _compared++;
        _isBusy = false;
    }

    /// <summary>Null: it is over.</summary>
    private Work? Next()
    {
        while (!_stopping && _clock.GetElapsedTime(_started) < _options.Duration)
        {
            if (!_filled.Wait(s_patience))
                continue;

            lock (_gate)
            {
                if (_slot is { } work)
                {
                    _slot = null;
                    return work;
                }
            }
        }

        return null;
    }

    private sealed record Work(
        PooledFrame Frame, FaceDetection[] Faces, Landmarks5 Face, float[] Template, (IWatchlistIndex Index, MatchThreshold Threshold) Search);
}
