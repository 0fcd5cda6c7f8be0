using Appliance.Core.Clocks;

namespace Appliance.Daemon.Platform.Clock;

/// <summary>
/// Watches the wall clock: whether it is synchronised, and whether somebody set it. Looks every second at what costs nothing
/// (both clocks, the kernel); asks the bus once a minute, every few seconds while the clock is not right, and at once when the
/// kernel changed its mind or the clock was set.
/// </summary>
internal sealed class ClockWatch : IClockState, IAsyncDisposable
{
    internal static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan AskWhenSynced = TimeSpan.FromMinutes(1);
    internal static readonly TimeSpan AskWhenNot = TimeSpan.FromSeconds(5);

    private readonly IClockSource _source;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly JumpDetector _jumps;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private volatile ClockState _state;
    private volatile ClockJump? _lastJump;

    public ClockWatch(IClockSource source, TimeProvider clock, ILogger<ClockWatch> logger)
    {
        (_source, _clock, _logger) = (source, clock, logger);
        _jumps = new(clock);
        _state = new(null, clock.GetUtcNow(), "");
        _watching = Task.Run(Watch);
    }

    /// <summary>Raised when the clock was set; handlers must not block.</summary>
    public event Action<ClockJump>? Jumped;

    /// <inheritdoc/>
    public ClockState State => _state;

    /// <summary>The last jump since start; null = none.</summary>
    public ClockJump? LastJump => _lastJump;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task Watch()
    {
        long? askedAt = null;
        bool? kernel = null;
        using var timer = new PeriodicTimer(Tick, _clock);
        try
        {
            do
            {
                var jump = _jumps.Look();
                if (jump is not null)
                    Tell(jump);

                var kernelNow = _source.Kernel;
                var pause = _state.IsSynced == true ? AskWhenSynced : AskWhenNot;
                if (jump is null && kernelNow == kernel && askedAt is { } then && _clock.GetElapsedTime(then) < pause)
                    continue;

                (kernel, askedAt) = (kernelNow, _clock.GetTimestamp());
                await Ask();
            }
            while (await timer.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // How it ends.
        }
    }

    private async Task Ask()
    {
        try
        {
            var (synced, source) = await _source.Ask(_stop.Token);
            if (synced == _state.IsSynced && source == _state.Source)
                return;

            _state = new(synced, synced == _state.IsSynced ? _state.Since : _clock.GetUtcNow(), source);
            _logger.ClockChanged(
                synced switch
                {
                    true => "synchronised",
                    false => "not synchronised",
                    null => "not known to be synchronised",
                },
                source.Length > 0 ? source : "nobody");
        }
        catch (Exception error) when (!_stop.IsCancellationRequested)
        {
            // The state of before stays; a watch that ends would make every later alert lie.
            _logger.WatchFailed("the clock", error);
        }
    }

    private void Tell(ClockJump jump)
    {
        _lastJump = jump;
        _logger.ClockJumped(jump.By, jump.From, jump.To);
        Jumped?.Invoke(jump);
    }
}
