using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Appliance.Core.Rules.Sites;

namespace Appliance.Daemon.Sites;

/// <summary>
/// Reads positions from gpsd: a TCP socket that speaks one JSON object per line after <c>?WATCH={"enable":true,"json":true}</c>
/// (gpsd_json(5)). Only fixes of two or three dimensions count (<c>TPV.mode</c> 2 and 3). Reconnects by itself.
/// </summary>
internal sealed class GpsdClient : IPositionSource, IDisposable
{
    private const int LongestLine = 64 << 10;

    // gpsd reports every second; a receiver that says nothing for so long is reconnected.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);

    private static readonly byte[] s_watch = "?WATCH={\"enable\":true,\"json\":true};\n"u8.ToArray();

    private readonly PositionOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private Measured? _last;
    private TimeSpan _pause = s_firstPause;
    private volatile string? _fault = "not connected yet";

    public GpsdClient(PositionOptions options, TimeProvider clock, ILogger<GpsdClient> logger)
    {
        (_options, _clock, _logger) = (options, clock, logger);
        _running = Task.Run(Run);
    }

    /// <inheritdoc/>
    public string Name => "gpsd";

    /// <inheritdoc/>
    public Position? Current => Volatile.Read(ref _last) is { } last && _clock.GetElapsedTime(last.Timestamp) <= _options.MaxAge
        ? last.Position
        : null;

    /// <inheritdoc/>
    public string? WhyNot => _fault ?? (Current is null ? "no fix" : null);

    public void Dispose()
    {
        _stopping.Cancel();
        _running.Wait();
        _stopping.Dispose();
    }

    /// <summary>The position of a TPV report; null = another report, or no fix.</summary>
    internal static Position? Read(ReadOnlySpan<byte> line, DateTimeOffset now)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            using var json = JsonDocument.ParseValue(ref reader);
            var report = json.RootElement;
            if (report.ValueKind != JsonValueKind.Object
                || !report.TryGetProperty("class", out var kind) || kind.ValueKind != JsonValueKind.String || kind.GetString() != "TPV"
                || Number(report, "mode") is not >= 2
                || Number(report, "lat") is not { } latitude || Number(report, "lon") is not { } longitude
                || latitude is < -90 or > 90 || longitude is < -180 or > 180)
                return null;

            // eph: estimated horizontal error, 95 %; older versions give the error by axis.
            var accuracy = Number(report, "eph") ?? Math.Max(Number(report, "epx") ?? 0, Number(report, "epy") ?? 0);
            return new(latitude, longitude, accuracy, now);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static double? Number(JsonElement report, string name) =>
        report.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
        && double.IsFinite(number)
            ? number
            : null;

    private async Task Run()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await Watch();
                throw new IOException("gpsd closed the connection");
            }
            catch (Exception error) when (!_stopping.IsCancellationRequested)
            {
                if (_fault != error.Message)
                    _logger.GpsdLost(_options.GpsdHost, _options.GpsdPort, error.Message);
                _fault = error.Message;
                await Task.Delay(_pause, _clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _pause = TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, s_longestPause.Ticks));
            }
            catch (Exception)
            {
                // Whatever a socket says while it is closed.
            }
        }
    }

    private async Task Watch()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_options.GpsdHost, _options.GpsdPort, _stopping.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(s_watch, _stopping.Token);
        var buffer = new byte[LongestLine];
        var filled = 0;
        while (true)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(filled), _stopping.Token).AsTask().WaitAsync(s_silence, _clock, _stopping.Token);
            if (count == 0)
                return;

            if (_fault is not null)
                _logger.GpsdFound(_options.GpsdHost, _options.GpsdPort);
            _fault = null;
            _pause = s_firstPause;
            filled = Take(buffer, filled + count);
            if (filled == buffer.Length)
                throw new IOException("gpsd sent a line longer than 64 KiB");
        }
    }

    /// <summary>Reads the whole lines; returns what is left of the last one, moved to the front.</summary>
    private int Take(byte[] buffer, int filled)
    {
        var start = 0;
        int end;
        while ((end = Array.IndexOf(buffer, (byte)'\n', start, filled - start)) >= 0)
        {
            if (Read(buffer.AsSpan(start, end - start), _clock.GetUtcNow()) is { } position)
                Volatile.Write(ref _last, new(position, _clock.GetTimestamp()));
            start = end + 1;
        }

        buffer.AsSpan(start, filled - start).CopyTo(buffer);
        return filled - start;
    }

    private sealed record Measured(Position Position, long Timestamp);
}
