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

    /// <summary>Retained JSON, <see cref="InfoReport"/>.</summary>
    public string Info { get; } = prefix + "/info";

    /// <summary>Alerts, never retained: a replayed alert would be a false one.</summary>
    public string Alert(CameraId camera) => $"{prefix}/cam/{camera}/alert";

    /// <summary>Retained <c>online</c>, <c>offline</c> or <c>disabled</c>: the plain word that availability topics carry.</summary>
    public string CameraStatus(CameraId camera) => $"{prefix}/cam/{camera}/status";

    /// <summary>Retained JSON, <see cref="CameraReport"/>.</summary>
    public string CameraState(CameraId camera) => $"{prefix}/cam/{camera}/state";

    /// <summary>Retained JSON, <see cref="OccupancyReport"/> of the whole picture or of a zone.</summary>
    public string Occupancy(CameraId camera, string? zone) =>
        zone is null ? $"{prefix}/cam/{camera}/occupancy" : $"{prefix}/cam/{camera}/zone/{zone}/occupancy";

    /// <summary>Retained JSON, <see cref="TamperReport"/>.</summary>
    public string Tamper(CameraId camera) => $"{prefix}/cam/{camera}/tamper";

    /// <summary>Retained JSON, <see cref="InputReport"/>.</summary>
    public string InputState(string input) => $"{prefix}/input/{input}/state";

    /// <summary>Retained JSON: the version that runs and the newest known one.</summary>
    public string Update { get; } = prefix + "/update";

    /// <summary>Commands to an output, from consumers; never retained.</summary>
    public string OutputSet(string output) => $"{prefix}/output/{output}/set";

    /// <summary>Retained JSON, <see cref="OutputState"/>.</summary>
    public string OutputState(OutputId output) => $"{prefix}/output/{output}/state";
}
