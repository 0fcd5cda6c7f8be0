using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Core.Outputs;
using Appliance.Delivery.Mqtt;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Sparkplug;

/// <summary>
/// The box as a Sparkplug B 3.0 edge node: takes reports, keeps a session of its own with one broker at a time, and carries out what
/// hosts may command. Reports are thread-safe and never wait for the broker.
/// </summary>
public sealed partial class SparkplugNode : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SparkplugOptions _options;
    private readonly IReadOnlyList<SparkplugServer> _servers;
    private readonly PrimaryHost?[] _hosts;
    private readonly SparkplugTopics _topics;
    private readonly IOutputBank _outputs;
    private readonly IReadOnlyCollection<OutputId> _sirens;
    private readonly SirenGuard _guard;
    private readonly INodeMemory _memory;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly NodeModel _model;
    private readonly CommandDesk _commands;
    private readonly AlertFeed _alerts;
    private readonly PayloadWriter _writer = new();
    private readonly Signal _changed = new();
    private readonly BackOff _backOff;
    private SparkplugHealth _health;
    private int? _unusedBirthDeath;
    private long _births;
    private long _messages;

    /// <param name="options">Validated; <see cref="SparkplugOptions.Enabled"/>.</param>
    /// <param name="mqtt">The broker to use when the options name none.</param>
    /// <param name="identity">Who the box is.</param>
    /// <param name="facts">What it is made of.</param>
    /// <param name="outputs">Its relays and sirens.</param>
    /// <param name="commands">The gate to them.</param>
    /// <param name="alerts">The outbox of <see cref="Destinations"/>.</param>
    /// <param name="memory">What survives a power cut.</param>
    /// <param name="clock">Time.</param>
    /// <param name="logger">Takes transitions and commands.</param>
    /// <param name="reboot">Reboots the box; null: it cannot be done.</param>
    public SparkplugNode(
        SparkplugOptions options,
        MqttOptions mqtt,
        ApplianceIdentity identity,
        DeviceFacts facts,
        IOutputBank outputs,
        IOutputCommands commands,
        IOutbox alerts,
        INodeMemory memory,
        TimeProvider clock,
        ILogger<SparkplugNode> logger,
        Func<Task>? reboot = null)
    {
        _options = options;
        _outputs = outputs;
        _memory = memory;
        _clock = clock;
        _logger = logger;
        _topics = new(options.GroupId, options.EdgeNodeId ?? identity.Serial);
        _servers = SparkplugServer.From(options, mqtt, identity.Serial);
        _hosts = [.. _servers.Select(_ => options.PrimaryHost is { } host ? new PrimaryHost(host) : null)];
        var states = outputs.States;
        _sirens =
        [
            .. states.Select(state => state.Id).Where(id => options.Sirens.Count > 0
                ? options.Sirens.Contains(id.Value)
                : id.Value.StartsWith("siren", StringComparison.Ordinal)),
        ];
        _guard = new(outputs, _sirens);
        _model = new(
            options, identity.Version, facts, states, _sirens, id => options.AllowCommands && commands.IsRemote(id), clock);
        _commands = new(_model, _topics, options, commands, _guard, reboot, logger);
        _alerts = new(alerts, memory, _model, options.AlertActiveFor, clock, _changed.Set);
        _backOff = new(options.ReconnectFirst, options.ReconnectLongest);
        _health = new(SparkplugState.Stopped, "", clock.GetUtcNow(), _servers[0].Name, 0, 0, 0, 0, 0, 0, 0);
        foreach (var state in states)
            Report(state);
        outputs.Changed += OutputChanged;
    }

    /// <summary>Raised after each change of <see cref="SparkplugHealth.State"/>; handlers must not block.</summary>
    public event Action<SparkplugHealth>? HealthChanged;

    public SparkplugHealth Health
    {
        get
        {
            var (waiting, dropped) = _model.History;
            lock (_lock)
            {
                return _health with
                {
                    Births = _births,
                    Messages = _messages,
                    Commands = _commands.Done,
                    CommandsRefused = _commands.Refused,
                    HistoryWaiting = waiting,
                    HistoryDropped = dropped,
                    Alerts = _alerts.Told,
                };
            }
        }
    }

    /// <summary>How long a broker may take over each step of the farewell.</summary>
    internal TimeSpan Farewell { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Name of the outbox that alerts are told from; none when switched off.</summary>
    public static IReadOnlyList<string> Destinations(SparkplugOptions options) => options.Enabled ? ["sparkplug"] : [];

    public void Report(HealthReport report)
    {
        _model.Change(model =>
        {
            model.Set(model.Node, "Health/Status", MetricValue.Of(Word(report.Status)));
            model.Set(model.Node, "Health/Faults", MetricValue.Of((long)report.Faults.Count));
            model.Set(model.Node, "Health/Outbox Depth", MetricValue.Of(report.OutboxDepth));
            model.Set(model.Node, "Health/Clock Synced", MetricValue.Of(report.ClockSynced));
        });
        _changed.Set();
    }

    public void Report(BoxFigures figures)
    {
        _model.Change(model =>
        {
            model.Set(model.Node, "Health/CPU Temp", MetricValue.Of(figures.CpuTemperature));
            model.Set(model.Node, "Watchlist/Version", MetricValue.Of(figures.WatchlistVersion));
            model.Set(model.Node, "FL/Round", MetricValue.Of(figures.FederationRound));
            model.Set(model.Node, "Update/Slot", MetricValue.Of(figures.UpdateSlot));
            model.Set(model.Node, "Update/State", MetricValue.Of(figures.UpdateState));
        });
        _changed.Set();
    }

    /// <summary>A camera that does not deliver is a dead device, whatever the reason.</summary>
    public void Report(CameraReport report)
    {
        var isOnline = report.State == CameraReportState.Online;
        _model.Change(model =>
        {
            var camera = model.Camera(report.Camera.Value);
            model.Set(camera, "Stream/Online", MetricValue.Of(isOnline));
            model.Set(camera, "Stream/FPS", MetricValue.Of(isOnline ? Math.Round(report.FramesPerSecond, 1) : 0));
            if (!isOnline)
                model.Set(camera, "Occupancy", MetricValue.Null);
            model.SetAlive(camera, isOnline);
        });
        _changed.Set();
    }

    /// <summary>Zones are not shown, the whole picture is.</summary>
    public void Report(OccupancyReport report)
    {
        if (report.Zone is not null)
            return;

        _model.Set(_model.Camera(report.Camera.Value), "Occupancy", MetricValue.Of((long)report.Count), report.Since);
        _changed.Set();
    }

    public void Report(TamperReport report)
    {
        _model.Set(
            _model.Camera(report.Camera.Value), "Tamper", MetricValue.Of(report.Faults != SceneFaults.None), report.Since);
        _changed.Set();
    }

    /// <summary>Cameras that are not in it are no more.</summary>
    public void Report(InventoryReport report)
    {
        _model.Keep(report.Cameras.Select(camera => camera.Camera.Value));
        _changed.Set();
    }

    public void Dispose()
    {
        _outputs.Changed -= OutputChanged;
        _alerts.Dispose();
    }

    private void OutputChanged(OutputState state)
    {
        Report(state);
        _guard.Changed(state);
    }

    private void Report(OutputState state)
    {
        if (_model.Relays is not { } relays)
            return;

        // Changes come in the order they happen, but a bank that is asked for a siren inside its own handler reports it first.
        var states = _outputs.States;
        _model.Change(model =>
        {
            foreach (var output in states)
                model.Set(relays, NodeMetrics.Relay(output.Id), MetricValue.Of(output.Active));
            if (_sirens.Count > 0)
                model.Set(relays, "Siren/Active", MetricValue.Of(states.Any(output => output.Active && _sirens.Contains(output.Id))));
        });
        _changed.Set();
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Ok => "ok",
        HealthStatus.Degraded => "degraded",
        _ => "failed",
    };

    private void Become(SparkplugState state, string reason, string server)
    {
        lock (_lock)
        {
            if (_health.State == state && _health.Reason == reason && _health.Server == server)
                return;

            _health = _health with
            {
                State = state,
                Reason = reason,
                Server = server,
                Since = _health.State == state ? _health.Since : _clock.GetUtcNow(),
            };
        }

        HealthChanged?.Invoke(Health);
    }
}
