using Appliance.Core.Cameras;
using Appliance.Core.Inputs;
using Appliance.Core.Rules;
using Appliance.Delivery.Mqtt;

namespace Appliance.Daemon.Pipeline;

/// <summary>Tells the broker, once a second at most, who is in which zone, what is wrong with pictures, and how inputs are.</summary>
internal sealed class SceneReporter : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly ApplianceRuntime _runtime;
    private readonly ILogger _logger;
    private readonly Dictionary<(CameraId, string), int> _counts = [];
    private readonly Dictionary<CameraId, SceneFaults> _faults = [];
    private readonly ITimer _timer;

    public SceneReporter(ApplianceRuntime runtime, ILogger<SceneReporter> logger)
    {
        (_runtime, _logger) = (runtime, logger);
        runtime.Inputs.Changed += Report;
        foreach (var input in runtime.Inputs.States)
            Report(input);
        _timer = runtime.Clock.CreateTimer(_ => Look(), null, s_look, s_look);
    }

    /// <summary>Zones of a camera whose occupancy is told; none before its first frame.</summary>
    public static IReadOnlyList<string> ZonesOf(CameraActivity? activity) => activity?.Rules is { } rules ? [.. rules.Places.Skip(1)] : [];

    public async ValueTask DisposeAsync()
    {
        _runtime.Inputs.Changed -= Report;
        await _timer.DisposeAsync();
    }

    private void Report(InputState input) => _runtime.Mqtt.Report(new InputReport(input.Id, input.Kind, input.Active, input.Since));

    private void Look()
    {
        try
        {
            foreach (var camera in _runtime.Pipeline.Cameras.All)
            {
                if (_runtime.Pipeline.Cameras.Activity(camera.Options.CameraId) is { Rules: { } rules } activity)
                    Report(activity, rules);
            }
        }
        catch (Exception error)
        {
            // A timer's exception would end the process; the next round tries again.
            _logger.ReportFailed(error);
        }
    }

    private void Report(CameraActivity activity, Core.Rules.Engine.CameraRules rules)
    {
        var now = _runtime.Clock.GetUtcNow();
        var places = rules.Places;
        // The first place is the whole picture, which StateReporter tells.
        for (var i = 1; i < places.Count; i++)
        {
            var count = rules.CountAt(i);
            if (_counts.TryGetValue((activity.Camera, places[i]), out var before) && before == count)
                continue;

            _counts[(activity.Camera, places[i])] = count;
            _runtime.Mqtt.Report(new OccupancyReport(activity.Camera, places[i], count, now));
        }

        var faults = FaultsOf(activity.Tampered);
        if (_faults.TryGetValue(activity.Camera, out var known) && known == faults)
            return;

        _faults[activity.Camera] = faults;
        var tamper = new TamperReport(activity.Camera, faults, now);
        _runtime.Mqtt.Report(tamper);
        _runtime.Sparkplug?.Report(tamper);
    }

    private static SceneFaults FaultsOf(int tampered)
    {
        var faults = SceneFaults.None;
        if ((tampered & ((1 << (int)TamperKind.Covered) | (1 << (int)TamperKind.SceneChanged))) != 0)
            faults |= SceneFaults.SceneChange;
        if ((tampered & (1 << (int)TamperKind.Dark)) != 0)
            faults |= SceneFaults.TooDark;
        if ((tampered & (1 << (int)TamperKind.Bright)) != 0)
            faults |= SceneFaults.TooBright;
        if ((tampered & (1 << (int)TamperKind.Blurred)) != 0)
            faults |= SceneFaults.TooBlurry;
        return faults;
    }
}
