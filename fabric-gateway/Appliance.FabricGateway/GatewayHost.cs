using Appliance.FabricGateway.Anchoring;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Health;
using Appliance.FabricGateway.Https;
using Appliance.FabricGateway.Intake;
using Appliance.FabricGateway.Ledger;
using Appliance.FabricGateway.Mqtt;
using Appliance.FabricGateway.Store;
using Appliance.Native.Systemd;

namespace Appliance.FabricGateway;

/// <summary>
/// The running companion. Read <see cref="StartAsync"/> and you know the system: store, intake, two ways in, the anchoring behind them.
/// Stops the ways in first, then the anchoring, then the store.
/// </summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private static readonly TimeSpan s_prune = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stopIntake = new();
    private readonly CancellationTokenSource _stopAnchoring = new();
    private readonly List<Task> _intake = [];
    private readonly List<Task> _anchoring = [];
    private readonly WebApplication _web;
    private readonly GatewayStore _store;
    private readonly ILedger _ledger;
    private readonly GatewayHealth _health;
    private readonly GatewayOptions _options;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly SystemdNotifier _systemd;
    private int _disposed;

    private GatewayHost(
        WebApplication web, GatewayStore store, ILedger ledger, GatewayHealth health, GatewayOptions options, TimeProvider clock, ILogger logger)
    {
        (_web, _store, _ledger, _health, _options, _clock, _logger) = (web, store, ledger, health, options, clock, logger);
        _systemd = SystemdNotifier.FromEnvironment();
    }

    /// <summary>Where it listens, with real ports.</summary>
    public IReadOnlyList<string> Addresses => [.. _web.Urls];

    public GatewayHealth Health => _health;

    /// <param name="options">Without faults.</param>
    /// <param name="loggers">Outlive the host.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <param name="ledger">Null = the network of the options. Disposed with the host.</param>
    /// <param name="clock">Null = the system's.</param>
    /// <exception cref="Appliance.Store.StoreException">The data folder cannot be used.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate or key cannot be used.</exception>
    /// <exception cref="IOException">A file cannot be read, or an address is in use.</exception>
    public static async Task<GatewayHost> StartAsync(
        GatewayOptions options, ILoggerFactory loggers, CancellationToken cancel, ILedger? ledger = null, TimeProvider? clock = null)
    {
        var time = clock ?? TimeProvider.System;
        ledger ??= FabricLedger.Open(options.Fabric);
        GatewayStore? store = null;
        WebApplication? web = null;
        try
        {
            store = GatewayStore.Open(options.Storage, time, loggers.CreateLogger<GatewayStore>());
            await store.RegisterConfigured(options.Devices, cancel).ConfigureAwait(false);

            var metrics = new GatewayMetrics();
            var watch = new LedgerWatch(time, loggers.CreateLogger<LedgerWatch>());
            var health = new GatewayHealth(options, store, watch, time);
            var desk = new IntakeDesk(new SubmissionReader(CurveRecovery.Instance), store, options, metrics, loggers.CreateLogger<IntakeDesk>());
            var receipts = new Receipts(options.Fabric);
            var endpoints = new BoxEndpoints(desk, store, receipts, loggers.CreateLogger<BoxEndpoints>());
            web = HttpHost.Build(options, endpoints, health, metrics, time, loggers);

            var host = new GatewayHost(web, store, ledger, health, options, time, loggers.CreateLogger<GatewayHost>());
            var flight = new Flight(ledger, store, options, watch, metrics, time, loggers.CreateLogger<Flight>());
            host.StartAnchoring(
                new AnchorService(ledger, store, flight, options, time, loggers.CreateLogger<AnchorService>()),
                new EventReplay(ledger, store, options, metrics, time, loggers.CreateLogger<EventReplay>()));
            if (options.Mqtt.Enabled)
                host.StartMqtt(desk, new AnswerSender(store, receipts, options, time, loggers.CreateLogger<AnswerSender>()), metrics, loggers);

            await web.StartAsync(cancel).ConfigureAwait(false);
            host.Say();
            return host;
        }
        catch
        {
            if (web is not null)
                await web.DisposeAsync().ConfigureAwait(false);
            await ledger.DisposeAsync().ConfigureAwait(false);
            if (store is not null)
                await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Until SIGTERM, SIGINT or <paramref name="cancel"/>.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancel) => _web.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        _logger.Stopping();
        _systemd.Stopping("writing what is under way");
        await _stopIntake.CancelAsync().ConfigureAwait(false);
        await _web.StopAsync().ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_intake).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // What is endorsed or submitted is carried on by the next start: nobody has to wait for blocks here.
        await _stopAnchoring.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_anchoring).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ledger.DisposeAsync().ConfigureAwait(false);
        await _store.DisposeAsync().ConfigureAwait(false);
        _stopIntake.Dispose();
        _stopAnchoring.Dispose();
        _systemd.Dispose();
    }

    private void StartAnchoring(AnchorService anchoring, EventReplay events)
    {
        _anchoring.Add(Task.Run(() => anchoring.Run(_stopAnchoring.Token)));
        if (!_options.Anchoring.DryRun)
            _anchoring.Add(Task.Run(() => events.Run(_stopAnchoring.Token)));
        _anchoring.Add(Task.Run(() => Upkeep(_stopAnchoring.Token)));
    }

    private void StartMqtt(IntakeDesk desk, AnswerSender answers, GatewayMetrics metrics, ILoggerFactory loggers)
    {
        var intake = new MqttIntake(desk, answers, _options, metrics, _clock, loggers);
        _health.Broker = intake.Link;
        _intake.Add(Task.Run(() => intake.Run(_stopIntake.Token)));
        _intake.Add(Task.Run(() => answers.Run(intake.Link, _stopIntake.Token)));
    }

    private void Say()
    {
        var ways = new List<string>(2);
        if (_options.Https.Enabled)
            ways.Add($"HTTPS on {string.Join(", ", Addresses.Where(address => address.StartsWith("https", StringComparison.Ordinal)))}");
        if (_options.Mqtt.Enabled)
            ways.Add($"MQTT at {_options.Mqtt.Host}:{_options.Mqtt.EffectivePort}");
        _logger.Started(GatewayHealth.Version, string.Join("; ", ways), _options.Fabric.Channel, _options.Fabric.Chaincode);
        _systemd.Ready("started");
    }

    /// <summary>Tells systemd how it does, counts what waits, forgets old receipts.</summary>
    private async Task Upkeep(CancellationToken stopping)
    {
        var interval = (_systemd.WatchdogInterval / 3) ?? TimeSpan.FromSeconds(10);
        var pruned = _clock.GetTimestamp();
        using var timer = new PeriodicTimer(interval, _clock);
        do
        {
            try
            {
                // Through reader and pool: a process that hangs there does not feed the watchdog.
                var report = await _health.Report(stopping).ConfigureAwait(false);
                _systemd.Watchdog();
                _systemd.Status($"{report.Status}: {report.Pending} pending, {report.InTransactions} in transactions, {report.Parked} parked");
                if (_clock.GetElapsedTime(pruned) < s_prune)
                    continue;

                pruned = _clock.GetTimestamp();
                var gone = await _store.Prune(_clock.GetUtcNow() - _options.Storage.Retention, 10_000, stopping).ConfigureAwait(false);
                if (gone > 0)
                    _logger.Pruned(gone, _options.Storage.Retention);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                _logger.StoreFailed(error.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false));
    }
}
