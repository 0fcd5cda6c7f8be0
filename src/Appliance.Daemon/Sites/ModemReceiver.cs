using Appliance.Core.Rules.Sites;
using Appliance.Daemon.Platform.Modem;

namespace Appliance.Daemon.Sites;

/// <summary>Asks the modem's satellite receiver through ModemManager now and then. A modem that is unplugged is asked again.</summary>
internal sealed class ModemReceiver : IPositionSource, IDisposable
{
    /// <summary>Metres within which a receiver without correction is nearly always right.</summary>
    private const double TypicalError = 15;

    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(10);

    private readonly ModemManager _modem;
    private readonly PositionOptions _options;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private Measured? _last;

    public ModemReceiver(ModemManager modem, PositionOptions options, TimeProvider clock)
    {
        (_modem, _options, _clock) = (modem, options, clock);
        _running = Task.Run(Run);
    }

    /// <inheritdoc/>
    public string Name => "modem";

    /// <inheritdoc/>
    public Position? Current => Volatile.Read(ref _last) is { } last && _clock.GetElapsedTime(last.Timestamp) <= _options.MaxAge
        ? last.Position
        : null;

    /// <inheritdoc/>
    public string? WhyNot => Current is null ? "no modem with a satellite receiver, or no fix" : null;

    public void Dispose()
    {
        _stopping.Cancel();
        _running.Wait();
        _stopping.Dispose();
    }

    private async Task Run()
    {
        // At least two readings within the age at which a position counts as unknown.
        var pause = TimeSpan.FromTicks(Math.Min(s_longestPause.Ticks, _options.MaxAge.Ticks / 2));
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (await _modem.ReadPosition(_stopping.Token) is { } found)
                {
                    // ModemManager gives no error; 0 would say «exactly there».
                    var position = new Position(found.Latitude, found.Longitude, TypicalError, _clock.GetUtcNow());
                    Volatile.Write(ref _last, new(position, _clock.GetTimestamp()));
                }
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }

            await Task.Delay(pause, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private sealed record Measured(Position Position, long Timestamp);
}
