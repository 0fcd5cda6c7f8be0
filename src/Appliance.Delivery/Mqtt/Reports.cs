using Appliance.Core.Cameras;

namespace Appliance.Delivery.Mqtt;

/// <summary>How the box does, for the retained health topic.</summary>
/// <param name="Status">ok, degraded or failed.</param>
/// <param name="Faults">What is wrong, by component; empty when ok.</param>
/// <param name="OutboxDepth">Alerts not yet delivered.</param>
/// <param name="ClockSynced">Whether the clock is known to be right; null = unknown.</param>
/// <param name="StartedAt">Start of this run, UTC.</param>
public sealed record HealthReport(
    HealthStatus Status,
    IReadOnlyList<ComponentFault> Faults,
    long OutboxDepth,
    bool? ClockSynced,
    DateTimeOffset StartedAt);

/// <summary>The sum of a box's health.</summary>
public enum HealthStatus
{
    /// <summary>Everything configured works.</summary>
    Ok,

    /// <summary>Something is missing, recognition goes on.</summary>
    Degraded,

    /// <summary>Nobody would be recognised.</summary>
    Failed,
}

/// <summary>A part that does not work, and why.</summary>
public sealed record ComponentFault(string Component, string Reason);

/// <summary>How a camera does, for its retained topics.</summary>
/// <param name="Camera">Which.</param>
/// <param name="State">online, offline, or disabled by the operator.</param>
/// <param name="Reason">Why it is not online; empty else.</param>
/// <param name="Since">When it came to this state, UTC.</param>
/// <param name="FramesPerSecond">Frames processed per second, averaged.</param>
/// <param name="FramesDropped">Frames lost since start.</param>
public sealed record CameraReport(
    CameraId Camera,
    CameraReportState State,
    string Reason,
    DateTimeOffset Since,
    double FramesPerSecond,
    long FramesDropped);

/// <summary>What a consumer needs to know about a camera.</summary>
public enum CameraReportState
{
    /// <summary>Frames arrive.</summary>
    Online,

    /// <summary>It should deliver and does not.</summary>
    Offline,

    /// <summary>Switched off on purpose.</summary>
    Disabled,
}
