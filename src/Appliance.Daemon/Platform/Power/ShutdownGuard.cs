using Appliance.Native.DBus;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Daemon.Platform.Power;

/// <summary>
/// Holds a delay lock of logind: when the machine is to go down, alerts that wait in memory are written and those that wait for a
/// broker get a moment, before the lock is let go. Without logind nothing is held.
/// </summary>
internal sealed class ShutdownGuard : IAsyncDisposable
{
    // Below logind's InhibitDelayMaxSec of 5 s.
    internal static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(4);
    internal static readonly TimeSpan LongestDelivery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(30);

    private readonly SystemBus _bus;
    private readonly Func<(int Unwritten, long Undelivered)> _waiting;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _guarding;

    /// <param name="bus">The machine's bus.</param>
    /// <param name="waiting">Alerts not yet on disk, and not yet with the broker.</param>
    /// <param name="clock">Time.</param>
    /// <param name="logger">Log.</param>
    public ShutdownGuard(
        SystemBus bus, Func<(int Unwritten, long Undelivered)> waiting, TimeProvider clock, ILogger<ShutdownGuard> logger)
    {
        (_bus, _waiting, _clock, _logger) = (bus, waiting, clock, logger);
        _guarding = Task.Run(Guard);
    }

    /// <summary>Whether a shutdown would wait for us.</summary>
    public bool IsHeld { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _guarding;
        _stop.Dispose();
    }

    private async Task Guard()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await GuardOnce(await _bus.Connect(_stop.Token));
            }
            catch (Exception error) when (error is BusException or ObjectDisposedException)
            {
                // No bus, no logind, not allowed: tried again in a while, because a bus may restart.
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error)
            {
                _logger.WatchFailed("for shutdowns", error);
            }

            IsHeld = false;
            await Task.Delay(s_again, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task GuardOnce(BusConnection connection)
    {
        var down = System.Threading.Channels.Channel.CreateUnbounded<bool>();
        using var match = await connection.Match(
            new(LoginManager.Service, LoginManager.Manager, "PrepareForShutdown", LoginManager.Root),
            signal => down.Writer.TryWrite(signal.Values is [true]),
            _stop.Token);
        _ = connection.Ended.ContinueWith(_ => down.Writer.TryComplete(), TaskScheduler.Default);
        SafeFileHandle? hold = await LoginManager.Delay(connection, _stop.Token);
        try
        {
            IsHeld = true;
            await foreach (var begins in down.Reader.ReadAllAsync(_stop.Token))
            {
                if (begins)
                {
                    await Flush();
                    hold?.Dispose();
                    hold = null;
                    IsHeld = false;
                }
                else
                {
                    // The shutdown was called off.
                    hold ??= await LoginManager.Delay(connection, _stop.Token);
                    IsHeld = true;
                }
            }
        }
        finally
        {
            hold?.Dispose();
        }
    }

    private async Task Flush()
    {
        var began = _clock.GetTimestamp();
        while (true)
        {
            var (unwritten, undelivered) = _waiting();
            var passed = _clock.GetElapsedTime(began);
            if ((unwritten == 0 && (undelivered == 0 || passed >= LongestDelivery)) || passed >= LongestFlush)
            {
                _logger.ShutdownPrepared(passed, unwritten, undelivered);
                return;
            }

            await Task.Delay(s_look, _clock, _stop.Token);
        }
    }
}
