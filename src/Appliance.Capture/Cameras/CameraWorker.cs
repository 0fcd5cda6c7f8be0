using Appliance.Capture.Encoding;
using Appliance.Core.Cameras;
using Microsoft.Extensions.Logging;

namespace Appliance.Capture.Cameras;

/// <summary>
/// Runs one camera for ever: opens it, hands its frames to a sink, watches for silence and frozen pictures, and reopens it
/// after a fault with exponential back-off and jitter. Cameras share nothing, so one never disturbs another.
/// </summary>
public sealed class CameraWorker : IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_healthy = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestTick = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly IFrameSink _sink;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Func<ICameraSource> _makeSource;
    private readonly BackOff _backOff;
    private readonly CameraMonitor _monitor;
    private CancellationTokenSource? _stopping;
    private Task _running = Task.CompletedTask;
    private volatile bool _isOver;

    /// <param name="options">Validated options.</param>
    /// <param name="sink">Takes the frames, on the camera's own thread.</param>
    /// <param name="clock">Time of frames, back-off and watchdog.</param>
    /// <param name="logger">Gets transitions, never frames or secrets.</param>
    public CameraWorker(CameraOptions options, IFrameSink sink, TimeProvider clock, ILogger logger)
        : this(options, sink, clock, logger, null, Random.Shared.NextDouble)
    {
    }

    internal CameraWorker(
        CameraOptions options, IFrameSink sink, TimeProvider clock, ILogger logger,
        Func<EncodedRing, ICameraSource>? makeSource, Func<double> random)
    {
        Options = options;
        PreRoll = new EncodedRing(TimeSpan.FromSeconds(options.PreRollSeconds), options.PreRollMegabytes << 20);
        _sink = sink;
        _clock = clock;
        _logger = logger;
        _makeSource = () => makeSource?.Invoke(PreRoll) ?? new GstCameraSource(options, PreRoll, clock);
        _backOff = new BackOff(s_firstPause, s_longestPause, random);
        _monitor = new CameraMonitor(options.CameraId, clock, Tell);
    }

    /// <summary>What the camera was configured with.</summary>
    public CameraOptions Options { get; }

    /// <summary>The camera's state now.</summary>
    public CameraHealth Health => _monitor.Health;

    /// <summary>The last seconds of encoded video.</summary>
    public EncodedRing PreRoll { get; }

    /// <summary>Raised on every change of state or reason, in order, mostly on a background thread. Do not block it.</summary>
    public event Action<CameraHealth>? HealthChanged;

    /// <summary>Begins; returns at once. Starting twice does nothing; a disabled camera stays stopped.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (!Options.Enabled)
            {
                _monitor.Change(CameraState.Stopped, "disabled in the configuration");
                return;
            }

            if (!_running.IsCompleted && !_isOver)
                return;

            _isOver = false;
            _stopping?.Dispose();
            _stopping = new CancellationTokenSource();
            var token = _stopping.Token;
            if (_running.IsCompleted)
            {
                Begin();
                _running = Task.Run(() => SuperviseAsync(token), CancellationToken.None);
            }
            else
            {
                // Whoever answers to the end of a run may be quicker than the run itself, which is still telling others.
                var before = _running;
                _running = Task.Run(
                    async () =>
                    {
                        await before;
                        Begin();
                        await SuperviseAsync(token);
                    },
                    CancellationToken.None);
            }
        }
    }

    /// <summary>Ends the camera and waits until no more frame is handed out. May be started again.</summary>
    public async Task StopAsync()
    {
        Task running;
        lock (_lock)
        {
            _stopping?.Cancel();
            running = _running;
        }

        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping?.Dispose();
    }

    private void Begin()
    {
        _backOff.Reset();
        _monitor.Change(CameraState.Starting, "opening");
    }

    private void End(CameraState state, string reason)
    {
        _isOver = true;
        _monitor.Change(state, reason);
    }

    private async Task SuperviseAsync(CancellationToken stopping)
    {
        try
        {
            // Once for all openings: it remembers which transport the camera refuses.
            var source = _makeSource();
            for (var isRestart = false; ; isRestart = true)
            {
                var started = _clock.GetTimestamp();
                _monitor.Open(isRestart);
                if (await TryRunAsync(source, stopping))
                {
                    End(CameraState.Stopped, "end of file");
                    return;
                }

                if (_monitor.HasFrame && _clock.GetElapsedTime(started) > s_healthy)
                    _backOff.Reset();
                await Task.Delay(_backOff.Next(), _clock, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            End(CameraState.Stopped, "stopped");
        }
        catch (CaptureException fault)
        {
            // The options themselves are wrong: trying again would not help.
            End(CameraState.Broken, fault.Message);
        }
    }

    /// <summary>One opening; true when it came to its own end, false after a fault, which is then the camera's state.</summary>
    private async Task<bool> TryRunAsync(ICameraSource source, CancellationToken stopping)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var frozen = Options.FrozenTimeout is null ? null : new FrozenPicture();
        var feed = new CameraFeed(_monitor, _sink, frozen);
        var tick = Shortest(Options.SilenceTimeout / 4, (Options.FrozenTimeout ?? Options.SilenceTimeout) / 4, s_longestTick);
        CameraFaultException? seen = null;
        try
        {
            // Disposed asynchronously, which waits for a look that is under way: it must not cancel an attempt that is gone.
            await using var watchdog = _clock.CreateTimer(
                _ =>
                {
                    _monitor.Tick();
                    if (seen is null && Inspect(frozen) is { } fault)
                    {
                        seen = fault;
                        _monitor.Change(fault.State, fault.Message);
                        attempt.Cancel();
                    }
                },
                null, tick, tick);
            // Its own thread: the source blocks in native calls.
            await Task.Factory.StartNew(
                () => source.Run(feed, attempt.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return true;
        }
        catch (OperationCanceledException) when (attempt.IsCancellationRequested)
        {
            stopping.ThrowIfCancellationRequested();
            return false;
        }
        catch (CameraFaultException fault)
        {
            if (seen is null)
                _monitor.Change(fault.State, fault.Message);
            return false;
        }
        catch (Exception bug)
        {
            _logger.CameraBug(Options.CameraId, bug);
            _monitor.Change(CameraState.Broken, $"internal fault: {bug.Message}");
            return false;
        }
    }

    private CameraFaultException? Inspect(FrozenPicture? frozen)
    {
        var silence = _clock.GetElapsedTime(_monitor.LastSign);
        if (silence >= Options.SilenceTimeout)
            return Silence();

        if (frozen is not null && _monitor.HasFrame && _clock.GetElapsedTime(frozen.ChangedAt) >= Options.FrozenTimeout)
        {
            return new(
                CameraState.Frozen,
                $"the picture has not changed for {Options.FrozenTimeout.Value.TotalSeconds:0} s: check the camera; being reopened");
        }

        return null;
    }

    private CameraFaultException Silence()
    {
        var seconds = $"{Options.SilenceTimeout.TotalSeconds:0} s";
        if (_monitor.PacketsSinceFrame >= 5)
        {
            return new(
                CameraState.Broken,
                $"bitstream broken: {_monitor.PacketsSinceFrame} packets came in {seconds} but no picture could be decoded; "
                + "check codec and network; being reopened");
        }

        return _monitor.HasFrame
            ? new(CameraState.Silent, $"no picture for {seconds}: check power, cable and network; being reopened")
            : new(CameraState.Silent, $"no picture within {seconds} of opening: check address, path and network; being reopened");
    }

    private void Tell(CameraHealth health)
    {
        if (health.State is CameraState.Starting or CameraState.Running or CameraState.Stopped)
            _logger.CameraChanged(health.Camera, health.State, health.Reason);
        else
            _logger.CameraFaulted(health.Camera, health.State, health.Reason);

        try
        {
            HealthChanged?.Invoke(health);
        }
        catch (Exception error)
        {
            _logger.ListenerFailed(health.Camera, error);
        }
    }

    private static TimeSpan Shortest(params ReadOnlySpan<TimeSpan> times)
    {
        var shortest = times[0];
        foreach (var time in times)
            shortest = time < shortest ? time : shortest;
        return shortest;
    }
}
