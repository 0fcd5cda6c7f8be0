using System.Net.NetworkInformation;
using System.Net.Sockets;
using Appliance.Capture.Cameras;
using Appliance.Core.Cameras;
using Appliance.Core.Outputs;
using Appliance.Delivery.Mqtt;

namespace Appliance.Daemon.Pipeline;

/// <summary>Keeps the retained state on the broker true: within a second when something changes, and every half minute for the figures.</summary>
internal sealed class StateReporter : IAsyncDisposable
{
    private static readonly TimeSpan s_figures = TimeSpan.FromSeconds(30);

    // Models that are loaded or a disk that is full raise no event: health is looked at and said when it reads otherwise.
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly ApplianceRuntime _runtime;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Dictionary<CameraId, int> _people = [];
    private long? _figuresAt;
    private string _said = "";
    private InfoReport? _info;

    public StateReporter(ApplianceRuntime runtime, ILogger<StateReporter> logger)
    {
        _runtime = runtime;
        _logger = logger;
        runtime.Outputs.Changed += ReportOutput;
        runtime.Pipeline.Cameras.Changed += ReportCamera;
        runtime.Mqtt.HealthChanged += ReportBroker;
        foreach (var output in runtime.Outputs.States)
            ReportOutput(output);
        _timer = runtime.Clock.CreateTimer(_ => Look(), null, TimeSpan.Zero, s_look);
    }

    public async ValueTask DisposeAsync()
    {
        _runtime.Outputs.Changed -= ReportOutput;
        _runtime.Pipeline.Cameras.Changed -= ReportCamera;
        _runtime.Mqtt.HealthChanged -= ReportBroker;
        await _timer.DisposeAsync();
    }

    private void ReportOutput(OutputState state) => _runtime.Mqtt.Report(state);

    private void ReportBroker(MqttHealth health)
    {
        if (_runtime.Pipeline.Live.HasWatchers)
            _runtime.Pipeline.Live.Publish(new("broker", health));
    }

    private void ReportCamera(CameraStatus camera) => _runtime.Mqtt.Report(new CameraReport(
        camera.Options.CameraId, StateOf(camera), camera.Health.Reason, camera.Health.Since,
        camera.Health.FramesPerSecond, camera.Dropped));

    private void Look()
    {
        try
        {
            ReportPeople();
            var health = _runtime.Health.Report();
            var reads = $"{health.Status}, clock {health.ClockSynced}: {string.Join("; ", health.Faults)}";
            var now = _runtime.Clock.GetTimestamp();
            if (_figuresAt is not { } then || _runtime.Clock.GetElapsedTime(then, now) >= s_figures)
            {
                _figuresAt = now;
                ReportCameras();
            }
            else if (reads == _said)
            {
                return;
            }

            _said = reads;
            _runtime.Mqtt.Report(health);
        }
        catch (Exception error)
        {
            // A timer's exception would end the process; the next round tries again.
            _logger.ReportFailed(error);
        }
    }

    private void ReportCameras()
    {
        var cameras = _runtime.Pipeline.Cameras.All;
        foreach (var camera in cameras)
            ReportCamera(camera);
        _runtime.Mqtt.Report(Inventory(cameras));
        _ = ReportInfo(cameras);
    }

    /// <summary>How many people each camera sees, when that changed.</summary>
    private void ReportPeople()
    {
        var cameras = _runtime.Pipeline.Cameras.All;
        foreach (var gone in _people.Keys.Except(cameras.Select(camera => camera.Options.CameraId)).ToArray())
            _people.Remove(gone);
        foreach (var camera in cameras)
        {
            var count = StateOf(camera) == CameraReportState.Online ? camera.Tracks : 0;
            if (_people.TryGetValue(camera.Options.CameraId, out var before) && before == count)
                continue;

            _people[camera.Options.CameraId] = count;
            _runtime.Mqtt.Report(new OccupancyReport(camera.Options.CameraId, null, count, _runtime.Clock.GetUtcNow()));
        }
    }

    /// <summary>One line for the neighbours; the broker hears of it only when it reads otherwise.</summary>
    private async Task ReportInfo(IReadOnlyList<CameraStatus> cameras)
    {
        try
        {
            var health = _runtime.Health.Report();
            var wanted = cameras.Where(camera => camera.Options.Enabled).ToList();
            var info = new InfoReport(
                health.Status, health.Faults.Count, wanted.Count,
                wanted.Count(camera => camera.Health.State == CameraState.Running),
                await _runtime.Store.Alerts.CountOpen(), Address(), _runtime.StartedAt);
            if (info == _info)
                return;

            _info = info;
            _runtime.Mqtt.Report(info);
        }
        catch (Exception error)
        {
            _logger.ReportFailed(error);
        }
    }

    // For people who look for the box; the first that leads out of it.
    private static string Address() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(one => one.OperationalStatus == OperationalStatus.Up && one.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(one => one.GetIPProperties().UnicastAddresses)
        .Select(one => one.Address)
        .Where(address => address.AddressFamily == AddressFamily.InterNetwork)
        .Select(address => address.ToString())
        .FirstOrDefault() ?? "";

    /// <summary>What the box consists of now; what left it is cleared at the broker.</summary>
    private InventoryReport Inventory(IReadOnlyList<CameraStatus> cameras) => new(
        [.. cameras.Select(camera => new CameraEntry(
            camera.Options.CameraId, camera.Options.Name,
            SceneReporter.ZonesOf(_runtime.Pipeline.Cameras.Activity(camera.Options.CameraId)),
            ReportsOccupancy: true, ReportsTamper: true))],
        [.. _runtime.Options.Outputs.Lines.Select(line => new OutputEntry(
            new(line.Id), line.Kind.ToString().ToLowerInvariant(), line.MaximumOnTime, line.AllowRemote))],
        [.. _runtime.Options.Inputs.Lines.Select(line => new InputEntry(line.Id, line.Kind))]);

    private static CameraReportState StateOf(CameraStatus camera) => camera.Health.State switch
    {
        _ when !camera.Options.Enabled => CameraReportState.Disabled,
        CameraState.Running => CameraReportState.Online,
        CameraState.Stopped => CameraReportState.Disabled,
        _ => CameraReportState.Offline,
    };
}
