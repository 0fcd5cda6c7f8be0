using Appliance.Capture.Cameras;
using Appliance.Delivery.Mqtt;

namespace Appliance.Daemon.Pipeline;

/// <summary>One place that knows what works and, where something does not, why.</summary>
internal sealed class HealthBoard(ApplianceRuntime runtime)
{
    /// <summary>A worker that takes no turn for so long hangs: the watchdog is not fed any more.</summary>
    public static readonly TimeSpan HangAfter = TimeSpan.FromSeconds(15);

    /// <summary>Whether the pipeline makes progress: what keeps systemd's watchdog fed.</summary>
    public bool IsAlive => runtime.Pipeline.Silence < HangAfter;

    /// <summary>What is wrong right now, most serious first; <see cref="HealthStatus.Failed"/> when nobody would be recognised.</summary>
    public HealthReport Report()
    {
        var faults = new List<ComponentFault>();
        var failed = false;
        if (!IsAlive)
        {
            failed = true;
            faults.Add(new("pipeline", $"no progress for {runtime.Pipeline.Silence.TotalSeconds:0} s"));
        }

        if (runtime.Pipeline.Fault is { } models)
        {
            failed = true;
            faults.Add(new("models", models));
        }

        if (runtime.Models.Fault is { } unknown)
            faults.Add(new("models", unknown));

        var store = runtime.Store.Health();
        if (runtime.Pipeline.Alerts.Fault is { } storing)
            faults.Add(new("store", storing));
        else if (store.Fault is { } fault)
            faults.Add(new("store", fault));
        foreach (var damaged in store.SetAside)
            faults.Add(new("store", $"a damaged database was set aside as {damaged}; see the log of that start"));

        var cameras = runtime.Pipeline.Cameras.All;
        foreach (var camera in cameras.Where(camera => camera.Options.Enabled && IsBroken(camera.Health.State)))
            faults.Add(new($"camera {camera.Options.Id}", $"{camera.Health.State}: {camera.Health.Reason}"));
        failed |= cameras.Any(camera => camera.Options.Enabled)
            && cameras.Where(camera => camera.Options.Enabled).All(camera => IsBroken(camera.Health.State));

        if (runtime.Options.Mqtt.Enabled && runtime.Mqtt.Health is { IsHealthy: false } broker)
            faults.Add(new("broker", $"{broker.Broker}: {(broker.Reason.Length > 0 ? broker.Reason : broker.State)}"));
        if (runtime.Sparkplug?.Health is { IsHealthy: false } node)
            faults.Add(new("sparkplug", $"{node.Server}: {(node.Reason.Length > 0 ? node.Reason : node.State)}"));
        foreach (var late in runtime.Mqtt.ConsumerFaults)
            faults.Add(new("consumers", late));
        foreach (var target in runtime.Notifications.Status.Where(target => target.Fault is not null))
            faults.Add(new($"notification {target.Name}", target.Fault!));
        if (runtime.Signing.WhyNot is { } unsigned)
            faults.Add(new("signing", unsigned));
        if (runtime.Evidence.WhyNot is { } evidence)
            faults.Add(new("evidence", evidence));
        if (runtime.Evidence.Pinning?.Fault is { } pinning)
            faults.Add(new("ipfs", $"{runtime.Options.Evidence.Ipfs.Address}: {pinning}"));
        foreach (var way in runtime.Anchors.Status.Where(way => way.Fault is not null))
            faults.Add(new($"anchoring {way.Way}", way.Fault!));
        var (refused, first) = runtime.Store.Anchors.Refused;
        if (refused > 0 && first is not null)
            faults.Add(new("anchoring", $"the companion refused {refused} things for good, the first {first.Id}: {first.Error} {first.Detail}".TrimEnd()));
        if (runtime.Outputs.WhyNot is { } outputs)
            faults.Add(new("outputs", outputs));
        if (runtime.Inputs.WhyNot is { } inputs)
            faults.Add(new("inputs", inputs));
        if (runtime.Position is { WhyNot: { } lost } position)
            faults.Add(new("position", $"{position.Name}: {lost}"));

        if (runtime.Options.Platform.ClockMustBeSynced && runtime.Time.State is { IsSynced: false } clock)
            faults.Add(new("clock", $"not synchronised since {clock.Since:yyyy-MM-dd HH:mm:ss}Z, says {clock.Source}; times of alerts cannot be believed"));

        var status = failed ? HealthStatus.Failed : faults.Count > 0 ? HealthStatus.Degraded : HealthStatus.Ok;
        return new(status, faults, store.Outbox.Values.Sum() + runtime.Pipeline.Alerts.Waiting, runtime.Time.State.IsSynced, runtime.StartedAt);
    }

    private static bool IsBroken(CameraState state) => state is not (CameraState.Running or CameraState.Starting or CameraState.Stopped);
}
