using System.Security.Cryptography.X509Certificates;
using Appliance.Core.Evidence.Anchoring;
using Appliance.Delivery.Mqtt;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Anchoring;

/// <summary>
/// Brings the evidence log's headers to the companion, on every way that is switched on, each at its own pace. Nothing waits for it:
/// it reads from the store what was decided long ago.
/// </summary>
public sealed class AnchorDelivery : IDisposable
{
    // What a register heals: a box or a key that is entered late must not lose what it signed before.
    private static readonly string[] s_healing = ["NO_DEVICE", "NOT_YOURS", "BAD_SIGNATURE"];
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_look = TimeSpan.FromMinutes(10);

    private readonly IAnchorSource _source;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly List<AnchorWay> _ways = [];

    /// <param name="options">Validated options.</param>
    /// <param name="source">What waits.</param>
    /// <param name="identity">The device certificate with its key, then those that vouch for it; asked for when no other is configured.</param>
    /// <param name="mqtt">The session with the broker; not running yet.</param>
    /// <param name="clock">Time.</param>
    /// <param name="loggers">Makes the loggers.</param>
    public AnchorDelivery(
        AnchoringOptions options, IAnchorSource source, Func<X509Certificate2Collection> identity, MqttDelivery mqtt, TimeProvider clock,
        ILoggerFactory loggers)
    {
        (_source, _clock, _logger) = (source, clock, loggers.CreateLogger<AnchorDelivery>());
        if (options.Https.Enabled)
        {
            var client = new CompanionClient(
                options.Https, options.Https is { Certificate: { } file, Key: { } key } ? () => Read(file, key) : identity, clock);
            _ways.Add(new HttpsAnchor(client, source, clock, _logger));
        }

        if (options.Mqtt.Enabled && mqtt.Link is { } link)
            _ways.Add(new MqttAnchor(link, mqtt.Prefix, source, clock, _logger));
    }

    /// <summary>Whether there is any way at all.</summary>
    public bool IsEnabled => _ways.Count > 0;

    /// <summary>How each way does.</summary>
    public IReadOnlyList<AnchorStatus> Status => [.. _ways.Select(way => way.Status)];

    /// <summary>Works until stopped.</summary>
    public Task Run(CancellationToken stopping) =>
        IsEnabled ? Task.WhenAll(_ways.Select(way => way.Run(stopping)).Append(RetryRefused(stopping))) : Task.CompletedTask;

    /// <summary>What was refused for good is sent again.</summary>
    /// <returns>How many things.</returns>
    public Task<int> Retry(CancellationToken cancel) => Retry(null, DateTimeOffset.MaxValue, cancel);

    public void Dispose()
    {
        foreach (var way in _ways.OfType<IDisposable>())
            way.Dispose();
    }

    private static X509Certificate2Collection Read(string file, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(file);
        chain[0].Dispose();
        chain[0] = X509Certificate2.CreateFromPemFile(file, key);
        return chain;
    }

    private async Task<int> Retry(string[]? errors, DateTimeOffset before, CancellationToken cancel)
    {
        var count = await _source.Retry(errors, before, cancel).ConfigureAwait(false);
        if (count == 0)
            return count;

        _logger.AnchoringRetried(count);
        foreach (var way in _ways)
            way.StartOver();
        return count;
    }

    private async Task RetryRefused(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(s_look, _clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await Retry(s_healing, _clock.GetUtcNow() - s_retryAfter, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }
            catch (Exception error)
            {
                _logger.AnchoringInterrupted("retry", s_look, error);
            }
        }
    }
}
