using System.Text;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence;
using Appliance.Core.Outputs;
using Appliance.Delivery.Mqtt.Commands;
using Appliance.Delivery.Mqtt.Consumers;
using Appliance.Delivery.Mqtt.Frigate;
using Appliance.Delivery.Mqtt.HomeAssistant;
using Appliance.Delivery.Mqtt.Native;
using Appliance.Delivery.Mqtt.Onvif;
using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Mqtt;

/// <summary>
/// All that the box says over MQTT: alerts from the outboxes of the dialects that are switched on, and state as retained topics.
/// Members are thread-safe and never wait for the broker.
/// </summary>
public sealed class MqttDelivery
{
    private readonly Lock _lock = new();
    private readonly MqttBatch _batch = new();
    private readonly IMqttDialect[] _dialects;
    private readonly OutboxSender[] _senders;
    private readonly MqttLink _link;
    private readonly DiscoveryAnnouncer? _announcer;
    private readonly ConsumerDesk? _consumers;
    private readonly MqttLink? _frigateLink;
    private readonly FrigateFeed? _frigate;
    private readonly bool _enabled;
    private InventoryReport _inventory = new([], [], []);

    /// <param name="options">Validated options.</param>
    /// <param name="identity">Who the box is.</param>
    /// <param name="outbox">The outbox of each of <see cref="Destinations"/>.</param>
    /// <param name="clock">Time.</param>
    /// <param name="loggers">Makes the loggers.</param>
    /// <param name="signer">Signs the alerts of dialects that are to; null = none is signed.</param>
    /// <param name="folder">Data folder, for what is remembered over restarts; null = nothing is.</param>
    public MqttDelivery(
        MqttOptions options,
        ApplianceIdentity identity,
        Func<string, IOutbox> outbox,
        TimeProvider clock,
        ILoggerFactory loggers,
        JwsSigner? signer = null,
        string? folder = null)
    {
        var prefix = options.TopicPrefix ?? "ea/" + identity.Serial;
        Prefix = prefix;
        var topics = new NativeTopics(prefix);
        _enabled = options.Enabled;
        _dialects = [.. Dialects(options, identity, prefix, topics, signer, clock)];
        _link = new(Settings(options, identity, topics), clock, loggers.CreateLogger<MqttLink>());
        if (options is { Enabled: true, Dialects.Frigate: { Enabled: true } frigate })
        {
            var own = FrigateTopics(frigate, identity);
            _frigateLink = new(FrigateSettings(options, identity, own), clock, loggers.CreateLogger<MqttLink>());
            _frigate = new(_frigateLink, own, frigate, identity, clock);
        }

        var destinations = Destinations(options);
        _senders =
        [
            .. _dialects.Where(dialect => destinations.Contains(Destination(dialect.Name))).Select(dialect => new OutboxSender(
                dialect is FrigateDialect ? _frigateLink! : _link, outbox(Destination(dialect.Name)), dialect, options.MaxInFlight, clock, loggers.CreateLogger<OutboxSender>())),
        ];
        if (options is { Enabled: true, AllowCommands: true })
            new CommandDesk(_link, topics, () => Commands, loggers.CreateLogger<CommandDesk>()).Open();

        _announcer = Announcer(options, identity, prefix, topics, clock, loggers, folder);
        _announcer?.Open();
        // Consumers acknowledge the native dialect: its alerts carry what an acknowledgement names.
        if (_dialects.Any(dialect => dialect.Name == "native") && outbox(Destination("native")) is IAcknowledgedOutbox acknowledged)
            _consumers = new(_link, acknowledged, prefix, options.RedeliverAfter, clock, loggers.CreateLogger<ConsumerDesk>());
        _link.HealthChanged += health => HealthChanged?.Invoke(health);
    }

    /// <summary>Raised after each change of <see cref="Health"/>; handlers must not block.</summary>
    public event Action<MqttHealth>? HealthChanged;

    /// <summary>The gate that consumers' commands to outputs pass; none is taken without. Set before <see cref="Run"/>.</summary>
    public IOutputCommands? Commands { get; set; }

    /// <summary>For others that speak over this session; null = switched off. They subscribe before <see cref="Run"/>.</summary>
    internal MqttLink? Link => _enabled ? _link : null;

    /// <summary>First part of the box's topics.</summary>
    internal string Prefix { get; }

    /// <summary>State of the session and why.</summary>
    public MqttHealth Health => _link.Health;

    /// <summary>Alerts that the broker accepted since start, over all dialects.</summary>
    public long Delivered => _senders.Sum(sender => sender.Delivered);

    /// <summary>What consumers said since start; null = none is listened to.</summary>
    public ConsumerFigures? Consumers => _consumers?.Figures;

    /// <summary>Required consumers that are late, and messages of consumers that could not be used.</summary>
    public IReadOnlyList<string> ConsumerFaults => _consumers?.Faults ?? [];

    /// <summary>Who must acknowledge, by outbox; for the store.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> RequiredConsumers(MqttOptions options) =>
        options is { Enabled: true, Dialects.Native.Enabled: true, RequiredConsumers.Count: > 0 }
            ? new Dictionary<string, IReadOnlyList<string>> { [Destination("native")] = options.RequiredConsumers }
            : new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Names of the outboxes that these options write to, e.g. <c>mqtt.native</c>; one row per alert and destination.</summary>
    public static IReadOnlyList<string> Destinations(MqttOptions options)
    {
        var names = new List<string>();
        if (options is { Enabled: true, Dialects.Native.Enabled: true })
            names.Add(Destination("native"));
        if (options is { Enabled: true, Dialects.Onvif.Enabled: true })
            names.Add(Destination("onvif"));
        if (options is { Enabled: true, Dialects.HomeAssistant.Enabled: true } && HasOwnAlerts(options.Dialects))
            names.Add(Destination("homeassistant"));
        if (options is { Enabled: true, Dialects.Frigate.Enabled: true })
            names.Add(Destination("frigate"));
        return names;
    }

    /// <summary>Delivers until stopped; then says farewell. Does not throw for what the broker or the network does.</summary>
    public async Task Run(CancellationToken stopping)
    {
        if (!_enabled)
        {
            await Task.Delay(-1, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        // The senders end first: a farewell is the last word.
        using var leaving = new CancellationTokenSource();
        var link = Task.WhenAll(_link.Run(leaving.Token), _frigateLink?.Run(leaving.Token) ?? Task.CompletedTask);
        try
        {
            await Task.WhenAll(_senders.Select(sender => sender.Run(stopping))
                    .Append(_announcer?.Run(stopping) ?? Task.CompletedTask)
                    .Append(_consumers?.Run(stopping) ?? Task.CompletedTask)
                    .Append(Task.Delay(-1, stopping)))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await leaving.CancelAsync().ConfigureAwait(false);
            await link.ConfigureAwait(false);
        }
    }

    /// <summary>Sets the box's retained health.</summary>
    public void Report(HealthReport report)
    {
        Retain((dialect, batch) => dialect.Write(report, batch));
        _frigate?.Report(report);
    }

    /// <summary>Sets the box's retained summary for its neighbours.</summary>
    public void Report(InfoReport report) => Retain((dialect, batch) => dialect.Write(report, batch));

    /// <summary>Sets a camera's retained state.</summary>
    public void Report(CameraReport report)
    {
        Retain((dialect, batch) => dialect.Write(report, batch));
        _frigate?.Report(report);
    }

    /// <summary>Sets an output's retained state.</summary>
    public void Report(OutputState state) => Retain((dialect, batch) => dialect.Write(state, batch));

    /// <summary>Sets the retained occupancy of a camera or zone.</summary>
    public void Report(OccupancyReport report) => Retain((dialect, batch) => dialect.Write(report, batch));

    /// <summary>Sets a camera's retained tamper state.</summary>
    public void Report(TamperReport report) => Retain((dialect, batch) => dialect.Write(report, batch));

    /// <summary>Sets an input's retained state.</summary>
    public void Report(InputReport report) => Retain((dialect, batch) => dialect.Write(report, batch));

    /// <summary>Whether anybody wants <see cref="TrackReport"/>s.</summary>
    public bool WantsTracks => _frigate is not null;

    /// <summary>Tells live consumers of a followed person: at once or not at all, never kept.</summary>
    public void Report(TrackReport report) => _frigate?.Report(report);

    /// <summary>Announces what the box consists of, and clears the retained state of what it no longer has.</summary>
    public void Report(InventoryReport report)
    {
        _announcer?.Take(report);
        var before = Interlocked.Exchange(ref _inventory, report);
        foreach (var camera in before.Cameras)
        {
            var now = report.Cameras.FirstOrDefault(other => other.Camera == camera.Camera);
            foreach (var zone in camera.Zones.Except(now?.Zones ?? []))
                Retain((dialect, batch) => dialect.WriteRemoved(camera.Camera, zone, batch));
            if (now is not null)
                continue;

            Retain((dialect, batch) => dialect.WriteRemoved(camera.Camera, batch));
            _frigate?.Remove(camera.Camera);
        }

        foreach (var output in before.Outputs.Where(old => report.Outputs.All(now => now.Output != old.Output)))
            Retain((dialect, batch) => dialect.WriteRemoved(output, batch));
        foreach (var input in before.Inputs.Where(old => report.Inputs.All(now => now.Input != old.Input)))
            Retain((dialect, batch) => dialect.WriteRemoved(input, batch));
    }

    private static string Destination(string dialect) => "mqtt." + dialect;

    private static IEnumerable<IMqttDialect> Dialects(
        MqttOptions options, ApplianceIdentity identity, string prefix, NativeTopics topics, JwsSigner? signer, TimeProvider clock)
    {
        if (options is { Enabled: true, Dialects.Native.Enabled: true })
            yield return new NativeDialect(identity, topics, options.Dialects.Native, options.Dialects.Native.Sign ? signer : null);
        if (options is { Enabled: true, Dialects.Onvif.Enabled: true })
            yield return new OnvifDialect(options.Dialects.Onvif.TopicPrefix ?? prefix, options.Dialects.Onvif, clock);
        if (options is { Enabled: true, Dialects.HomeAssistant: { Enabled: true } home })
        {
            yield return new HomeAssistantDialect(
                new(prefix, home.DiscoveryPrefix, identity.Serial),
                home.IncludeNames,
                options.Dialects.Native.Enabled ? null : new NativeDialect(identity, topics, options.Dialects.Native, null));
        }

        if (options is { Enabled: true, Dialects.Frigate: { Enabled: true } frigate })
            yield return new FrigateDialect(FrigateTopics(frigate, identity), frigate.IncludeNames);
    }

    private static FrigateTopics FrigateTopics(FrigateOptions options, ApplianceIdentity identity) =>
        new(options.TopicPrefix ?? "frigate/" + identity.Serial);

    /// <summary>The same broker under another client id, with Frigate's Will; nothing of it is kept while we are away.</summary>
    private static MqttLinkSettings FrigateSettings(MqttOptions options, ApplianceIdentity identity, FrigateTopics topics) => new(
        () => Connection(options, identity, topics.Available) with
        {
            ClientId = (options.ClientId ?? "ea-" + identity.Serial) + "-frigate",
            CleanStart = true,
            SessionExpiry = TimeSpan.Zero,
        },
        options.ConnectTimeout,
        options.ReconnectFirst,
        options.ReconnectLongest,
        Birth: message => WriteWord(message, topics.Available, "online"),
        Farewell: message => WriteWord(message, topics.Available, "stopped"));

    /// <summary>Whether Home Assistant gets alerts of its own: there are no native ones, or they say another thing about names.</summary>
    private static bool HasOwnAlerts(MqttDialectsOptions dialects) =>
        !dialects.Native.Enabled || dialects.Native.IncludeNames != dialects.HomeAssistant.IncludeNames;

    private DiscoveryAnnouncer? Announcer(
        MqttOptions options, ApplianceIdentity identity, string prefix, NativeTopics topics, TimeProvider clock,
        ILoggerFactory loggers, string? folder)
    {
        var home = options.Dialects.HomeAssistant;
        var announced = new AnnouncedComponents(folder is null ? null : Path.Combine(folder, "homeassistant.json"));
        if (!home.Enabled && announced.Known.Count == 0)
            return null;

        var own = new HomeAssistantTopics(prefix, home.DiscoveryPrefix, identity.Serial);
        var device = new DeviceComponents(topics, HasOwnAlerts(options.Dialects) ? own.Alert : topics.Alert, options.AllowCommands);
        return new(_link, own, home, identity, device, announced, clock, loggers.CreateLogger<DiscoveryAnnouncer>());
    }

    private static MqttLinkSettings Settings(MqttOptions options, ApplianceIdentity identity, NativeTopics topics) => new(
        () => Connection(options, identity, topics.Available),
        options.ConnectTimeout,
        options.ReconnectFirst,
        options.ReconnectLongest,
        Birth: message => WriteWord(message, topics.Available, "online"),
        Farewell: message => WriteWord(message, topics.Available, "offline"));

    private static MosquittoOptions Connection(MqttOptions options, ApplianceIdentity identity, string available) => new()
    {
        Host = options.Host,
        Port = options.EffectivePort,
        ClientId = options.ClientId ?? "ea-" + identity.Serial,
        CleanStart = false,
        SessionExpiry = options.SessionExpiry,
        KeepAlive = options.KeepAlive,
        Username = options.Username,
        Password = options.PasswordFile is { } file ? File.ReadLines(file).FirstOrDefault() : options.Password,
        Tls = options.Tls ? new(options.CaFile, options.CertFile, options.KeyFile) : null,
        Will = new() { Topic = available, Payload = "offline"u8.ToArray(), Qos = 1, Retain = true },
        // State is published beside the alerts.
        MaxInFlight = options.MaxInFlight + 50,
    };

    private static void WriteWord(MqttMessage message, string topic, string word)
    {
        message.Topic = topic;
        message.Retain = true;
        Encoding.UTF8.GetBytes(word, message.Payload);
    }

    private void Retain(Action<IMqttDialect, MqttBatch> write)
    {
        lock (_lock)
        {
            foreach (var dialect in _dialects)
            {
                _batch.Clear();
                write(dialect, _batch);
                for (var i = 0; i < _batch.Count; i++)
                    _link.Retain(_batch[i]);
            }
        }
    }
}
