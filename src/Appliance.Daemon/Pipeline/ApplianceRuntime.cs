using System.Security.Cryptography.X509Certificates;
using Appliance.Capture.Cameras;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Sites;
using Appliance.Daemon.Evidence;
using Appliance.Daemon.Evidence.Anchoring;
using Appliance.Daemon.Evidence.Recording;
using Appliance.Daemon.Host;
using Appliance.Daemon.Learning;
using Appliance.Daemon.Models;
using Appliance.Daemon.Platform;
using Appliance.Daemon.Platform.Clock;
using Appliance.Daemon.Platform.Modem;
using Appliance.Daemon.Platform.Network;
using Appliance.Daemon.Platform.Power;
using Appliance.Daemon.Sites;
using Appliance.Delivery.Anchoring;
using Appliance.Delivery.Inputs;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Mqtt.Fleet;
using Appliance.Delivery.Notifications;
using Appliance.Delivery.Outputs;
using Appliance.Delivery.Sparkplug;
using Appliance.Inference;
using Appliance.Learning;
using Appliance.Native.Linux;
using Appliance.Store;
using Appliance.Store.Audit;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// The running box: opens every room in order, joins them, and closes them in the opposite order. What needs a person's
/// permission is REST's business; here things happen.
/// </summary>
internal sealed class ApplianceRuntime : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopDelivery = new();
    private readonly RuntimeOptions _options;
    private readonly ILoggerFactory _loggers;
    private Task _delivering = Task.CompletedTask;
    private StateReporter? _reporter;
    private SceneReporter? _scenes;
    private SparkplugFeed? _sparkplugFeed;
    private ShutdownGuard? _guard;
    private int _disposed;

    private ApplianceRuntime(RuntimeOptions options, TimeProvider clock, ILoggerFactory loggers, ApplianceStore store)
    {
        _options = options;
        _loggers = loggers;
        Clock = clock;
        Store = store;
        StartedAt = clock.GetUtcNow();
        Bus = new SystemBus(options.Platform.BusAddress);
        Time = new ClockWatch(new ClockSource(Bus), clock, loggers.CreateLogger<ClockWatch>());
        Time.Jumped += jump => _ = Audit(
            "clock.jump", "", FormattableString.Invariant($"by {jump.By.TotalSeconds:0.0} s, from {jump.From:O} to {jump.To:O}"));
        Network = new NetworkManager(Bus, clock);
        Network.TakenBack += change =>
        {
            loggers.CreateLogger<NetworkManager>().NetworkTakenBack(change.Interface);
            _ = Audit("network.taken_back", change.Interface, $"made by {change.By}");
        };
        Power = new LoginManager(Bus);
        Modem = new ModemManager(Bus);
        Outputs = new OutputBank(options.Outputs, clock, loggers.CreateLogger<OutputBank>());
        OutputCommands = new OutputCommands(options.Outputs, Outputs, clock, loggers.CreateLogger<OutputCommands>());
        OutputCommands.Commanded += new OutputAudit(store.Audit, clock, loggers.CreateLogger<OutputAudit>()).Write;
        Inputs = new InputBank(options.Inputs, clock, loggers.CreateLogger<InputBank>());
        Outputs.Watch(Inputs.IsActive);
        Inputs.Changed += _ => Outputs.InputsChanged();
        Position = PositionSources.Open(options.Locating, Modem, clock, loggers);
        Inference = new InferenceEngine(options.Inference, loggers.CreateLogger<InferenceEngine>(), clock);
        Signing = AlertSigning.Open(options, clock, loggers.CreateLogger<AlertSigning>());
        Mqtt = new MqttDelivery(options.Mqtt, options.Identity, store.Outbox, clock, loggers, Signing.Signer, options.Store.DataDirectory);
        Mqtt.Commands = OutputCommands;
        if (options.Sparkplug.Enabled)
        {
            Sparkplug = new SparkplugNode(
                options.Sparkplug, options.Mqtt, options.Identity, DeviceFacts.Read(), Outputs, OutputCommands,
                store.Outbox(SparkplugNode.Destinations(options.Sparkplug)[0]), store.NodeMemory, clock,
                loggers.CreateLogger<SparkplugNode>(), RebootFromScada);
        }

        var witness = options.Evidence.Enabled ? new EvidenceWitness() : null;
        Anchors = new AnchorDelivery(options.Anchoring, store.Anchors, DeviceChain, Mqtt, clock, loggers);
        Fleet = new FleetWatch(options.Mqtt, options.Identity, clock, loggers);
        Notifications = new NotificationDelivery(options.Notifications, options.Identity, store.Outbox, Modem, clock, loggers);
        Notifications.Abandoned += one => _ = Audit("notification.abandoned", one.Target, $"alert {one.AlertId}, number {one.Seq}: {one.Reason}");
        Pipeline = new AppliancePipeline(
            options.Pipeline,
            new RecognizerFactory(Inference, store, options.Tracking, options.Alerts, options.Identity.BootId)
            {
                Recognition = options.Recognition,
            },
            store.Alerts,
            Outputs,
            OutputCommands,
            new AlertPolicy(options.Alerts),
            clock,
            loggers,
            Time,
            witness)
        {
            Judge = (frame, track, alert) => AlertSamples?.Judge(frame, track, alert) ?? alert,
        };
        Models = new ModelDesk(Inference, store, Pipeline, clock, loggers);
        if (Mqtt.WantsTracks)
            Pipeline.Live.Tracks = new(Mqtt.Report, person => store.Watchlist.Find(person)?.Name);
        Evidence = new EvidenceRoom(this, witness ?? new EvidenceWitness(), loggers);
        WatchlistWitness = new WatchlistWitness(store, Pipeline.Recognizers, clock, loggers.CreateLogger<WatchlistWitness>());
        Learning = new LearningService(
            options.Federation,
            options.Learning,
            Path.Combine(options.Store.DataDirectory, "federation", "node.key"),
            store.Learning,
            new FederationNotes(store.Audit, store.Evidence),
            new PipelinePressure(Pipeline),
            () => ThreadNice.TryGiveWay(),
            clock,
            loggers);
        if (options.Learning.Enabled)
            AlertSamples = new AlertSamples(Learning, store.Learning, options.Learning, loggers.CreateLogger<AlertSamples>());
        Escalation = new EscalationWatch(this, loggers.CreateLogger<EscalationWatch>());
        Health = new HealthBoard(this);
    }

    public TimeProvider Clock { get; }

    public RuntimeOptions Options => _options;

    public DateTimeOffset StartedAt { get; }

    public ApplianceStore Store { get; }

    /// <summary>The machine's D-Bus.</summary>
    public SystemBus Bus { get; }

    /// <summary>Interfaces and addresses.</summary>
    public NetworkManager Network { get; }

    /// <summary>Reboot and power-off.</summary>
    public LoginManager Power { get; }

    /// <summary>The mobile modem.</summary>
    public ModemManager Modem { get; }

    /// <summary>Whether <see cref="Clock"/> tells the right time.</summary>
    public ClockWatch Time { get; }

    public OutputBank Outputs { get; }

    /// <summary>Every command for an output goes through here.</summary>
    public OutputCommands OutputCommands { get; }

    /// <summary>Door contacts and tamper switches.</summary>
    public InputBank Inputs { get; }

    /// <summary>Where the box is; null = nothing is configured that knows.</summary>
    public IPositionSource? Position { get; }

    /// <summary>Rules of the box itself; null until it runs.</summary>
    public SiteWatch? Site { get; private set; }

    /// <summary>Alerts that nobody acknowledges.</summary>
    public EscalationWatch Escalation { get; }

    public InferenceEngine Inference { get; }

    public AlertSigning Signing { get; }

    public MqttDelivery Mqtt { get; }

    /// <summary>Null: switched off.</summary>
    public SparkplugNode? Sparkplug { get; }

    /// <summary>The other boxes of the site.</summary>
    public FleetWatch Fleet { get; }

    /// <summary>Webhooks, mails and text messages.</summary>
    public NotificationDelivery Notifications { get; }

    public AppliancePipeline Pipeline { get; }

    public ModelDesk Models { get; }

    /// <summary>What is learnt from the operators' verdicts, alone and with others.</summary>
    public LearningService Learning { get; }

    /// <summary>Keeps what alerts teach; null: learning is switched off.</summary>
    public AlertSamples? AlertSamples { get; }

    public EvidenceRoom Evidence { get; }

    /// <summary>The ways to the companion.</summary>
    public AnchorDelivery Anchors { get; }

    /// <summary>Makes the signed versions of the watchlist.</summary>
    public WatchlistWitness WatchlistWitness { get; }

    public HealthBoard Health { get; }

    /// <param name="options">Validated.</param>
    /// <param name="storedCameras">Reads the cameras that were added or changed over REST; they replace the file's of the same id.</param>
    /// <param name="clock">Time.</param>
    /// <param name="loggers">Makes the loggers.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <exception cref="StoreException">The data folder cannot be used: the one fault without which there is nothing to run.</exception>
    public static async Task<ApplianceRuntime> StartAsync(
        RuntimeOptions options,
        Func<ApplianceStore, Task<IReadOnlyList<CameraOptions>>> storedCameras,
        TimeProvider clock,
        ILoggerFactory loggers,
        CancellationToken cancel)
    {
        var store = await ApplianceStore.Open(
            options.Store with
            {
                Destinations =
                [
                    .. MqttDelivery.Destinations(options.Mqtt),
                    .. SparkplugNode.Destinations(options.Sparkplug),
                    .. NotificationDelivery.Destinations(options.Notifications),
                ],
                RequiredConsumers = MqttDelivery.RequiredConsumers(options.Mqtt),
                RedeliverAfter = options.Mqtt.RedeliverAfter,
                RedeliverLongest = options.Mqtt.RedeliverLongest,
            },
            clock, loggers, cancel);
        var runtime = new ApplianceRuntime(options, clock, loggers, store);
        try
        {
            (await ModelSelection.Read(store, cancel)).ApplyTo(runtime.Inference);
            var stored = await storedCameras(store);
            await runtime.Begin(options.Cameras.Where(camera => stored.All(other => other.Id != camera.Id)).Concat(stored));
            return runtime;
        }
        catch
        {
            await runtime.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops upstream first; what was raised is stored, what was not delivered waits in the outbox for the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        await Escalation.DisposeAsync();
        if (Site is not null)
            await Site.DisposeAsync();
        (Position as IDisposable)?.Dispose();
        Inputs.Dispose();
        await Models.DisposeAsync();
        if (_guard is not null)
            await _guard.DisposeAsync();
        await Pipeline.DisposeAsync();
        await Evidence.DisposeAsync();
        await WatchlistWitness.DisposeAsync();
        // Before those who tell the broker: otherwise it would hold the siren for ringing until the next start.
        Outputs.Dispose();
        if (_reporter is not null)
            await _reporter.DisposeAsync();
        if (_scenes is not null)
            await _scenes.DisposeAsync();
        if (_sparkplugFeed is not null)
            await _sparkplugFeed.DisposeAsync();
        await Learning.DisposeAsync();
        if (AlertSamples is not null)
            await AlertSamples.DisposeAsync();
        await _stopDelivery.CancelAsync();
        await _delivering;
        Sparkplug?.Dispose();
        Notifications.Dispose();
        Anchors.Dispose();
        Signing.Dispose();
        Inference.Dispose();
        await Time.DisposeAsync();
        Bus.Dispose();
        await Store.DisposeAsync();
        _stopDelivery.Dispose();
    }

    /// <summary>The device certificate with its key, then those that vouch for it.</summary>
    private X509Certificate2Collection DeviceChain()
    {
        var folder = _options.Store.DataDirectory;
        var own = DeviceCertificate.LoadOrMake(folder, _options.Identity.Serial, Clock.GetUtcNow());
        return [own, .. DeviceCertificate.Issuers(folder)];
    }

    private async Task RebootFromScada()
    {
        await Audit("system.reboot", "", "asked for by a Sparkplug host");
        await Power.Do(PowerAction.Reboot, CancellationToken.None);
    }

    /// <summary>For what happens by itself; a store that fails says so in health.</summary>
    private async Task Audit(string action, string target, string summary)
    {
        try
        {
            await Store.Audit.Append(Actor.System, action, target, summary);
        }
        catch (Exception error) when (error is StoreException or ObjectDisposedException)
        {
            _loggers.CreateLogger<ApplianceRuntime>().WatchFailed(action, error);
        }
    }

    private async Task Begin(IEnumerable<CameraOptions> cameras)
    {
        await Evidence.StartAsync();
        if (Evidence.Options.Enabled)
            WatchlistWitness.Start();
        await Pipeline.StartAsync(cameras, Evidence.Recorder.Take);
        if (AlertSamples is not null)
            Pipeline.Alerts.Stored += AlertSamples.Stored;
        await Learning.StartAsync(_stopDelivery.Token);
        _guard = new ShutdownGuard(
            Bus, () => (Pipeline.Alerts.Waiting, Store.Health().Outbox.Values.Sum()), Clock, _loggers.CreateLogger<ShutdownGuard>());
        Site = new SiteWatch(this, _loggers.CreateLogger<SiteWatch>());
        await Escalation.StartAsync();
        _reporter = new StateReporter(this, _loggers.CreateLogger<StateReporter>());
        _scenes = new SceneReporter(this, _loggers.CreateLogger<SceneReporter>());
        if (Sparkplug is not null)
            _sparkplugFeed = new SparkplugFeed(this, Sparkplug, _loggers.CreateLogger<SparkplugFeed>());
        _delivering = Task.WhenAll(
            Task.Run(() => Mqtt.Run(_stopDelivery.Token)),
            Task.Run(() => Fleet.Run(_stopDelivery.Token)),
            Task.Run(() => Notifications.Run(_stopDelivery.Token)),
            Task.Run(() => Anchors.Run(_stopDelivery.Token)),
            Task.Run(() => Sparkplug?.Run(_stopDelivery.Token) ?? Task.CompletedTask));
    }
}
