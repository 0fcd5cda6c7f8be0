using Appliance.Core.Cameras;
using Appliance.Core.Outputs;

namespace Appliance.Delivery.Mqtt.Native;

/// <summary>Topics of the native dialect below its prefix (<c>ea/&lt;serial&gt;</c>).</summary>
public sealed class NativeTopics(string prefix)
{
    /// <summary>Retained <c>online</c> or <c>offline</c>; the Will.</summary>
    public string Available { get; } = prefix + "/available";

    /// <summary>Retained JSON, <see cref="HealthReport"/>.</summary>
    public string Health { get; } = prefix + "/health";

    /// <summary>Alerts, never retained: a replayed alert would be a false one.</summary>
    public string Alert(CameraId camera) => $"{prefix}/cam/{camera}/alert";

    /// <summary>Retained <c>online</c>, <c>offline</c> or <c>disabled</c>: the plain word that availability topics carry.</summary>
    public string CameraStatus(CameraId camera) => $"{prefix}/cam/{camera}/status";

    /// <summary>Retained JSON, <see cref="CameraReport"/>.</summary>
    public string CameraState(CameraId camera) => $"{prefix}/cam/{camera}/state";

    /// <summary>Retained JSON, <see cref="OutputState"/>.</summary>
    public string OutputState(OutputId output) => $"{prefix}/output/{output}/state";
}
