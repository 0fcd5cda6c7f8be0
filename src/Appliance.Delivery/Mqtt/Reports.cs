using Appliance.Core.Cameras;
using Appliance.Core.Detection;
using Appliance.Core.Outputs;
using Appliance.Core.Recognition;

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
    DateTimeOffset StartedAt)
{
    /// <summary>The newest version that the box knows of; null = it knows of none but its own.</summary>
    public string? LatestVersion { get; init; }
}

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

/// <summary>How many people are in a camera's picture or in one of its zones, for its retained topics.</summary>
/// <param name="Camera">Which camera.</param>
/// <param name="Zone">Which zone of it, 1–64 of <c>[A-Za-z0-9_-]</c>; null = the whole picture.</param>
/// <param name="Count">People now.</param>
/// <param name="Since">When the count changed, UTC.</param>
public sealed record OccupancyReport(CameraId Camera, string? Zone, int Count, DateTimeOffset Since)
{
    /// <summary>Whether anybody is there.</summary>
    public bool IsOccupied => Count > 0;
}

/// <summary>What makes a camera's picture useless although frames arrive.</summary>
[Flags]
public enum SceneFaults
{
    /// <summary>The picture is as it should be.</summary>
    None = 0,

    /// <summary>It shows something else than before: turned away, covered.</summary>
    SceneChange = 1,

    /// <summary>Too little light.</summary>
    TooDark = 2,

    /// <summary>Dazzled.</summary>
    TooBright = 4,

    /// <summary>Out of focus, or something on the lens.</summary>
    TooBlurry = 8,
}

/// <summary>Whether somebody meddles with a camera, for its retained topics.</summary>
/// <param name="Camera">Which camera.</param>
/// <param name="Faults">All that holds now; <see cref="SceneFaults.None"/> = all is well.</param>
/// <param name="Since">When it came to this, UTC.</param>
/// <param name="Detail">For people; may be empty.</param>
public sealed record TamperReport(CameraId Camera, SceneFaults Faults, DateTimeOffset Since, string Detail = "");

/// <summary>An input line: a door contact, a tamper switch.</summary>
/// <param name="Input">Name: 1–32 of <c>[a-z0-9_-]</c>.</param>
/// <param name="Kind">What it is: <c>door</c>, <c>tamper</c>, <c>motion</c>, …; a word that a dialect does not know is a plain input.</param>
/// <param name="Active">Logical state: door open, switch tripped (polarity applied).</param>
/// <param name="Since">When it changed, UTC.</param>
public sealed record InputReport(string Input, string Kind, bool Active, DateTimeOffset Since);

/// <summary>
/// What the box consists of, for dialects that announce it (discovery). Reported at the start and after every change, complete
/// each time: what is no longer in it was removed.
/// </summary>
/// <param name="Cameras">All cameras, with their zones.</param>
/// <param name="Outputs">All outputs.</param>
/// <param name="Inputs">All inputs.</param>
public sealed record InventoryReport(
    IReadOnlyList<CameraEntry> Cameras, IReadOnlyList<OutputEntry> Outputs, IReadOnlyList<InputEntry> Inputs);

/// <summary>A camera of the box.</summary>
/// <param name="Camera">Its id.</param>
/// <param name="Name">For people; the id when empty.</param>
/// <param name="Zones">Names of the zones whose occupancy is reported.</param>
/// <param name="ReportsOccupancy">Whether <see cref="OccupancyReport"/>s of the whole picture are to be expected.</param>
/// <param name="ReportsTamper">Whether <see cref="TamperReport"/>s are to be expected.</param>
public sealed record CameraEntry(
    CameraId Camera, string Name, IReadOnlyList<string> Zones, bool ReportsOccupancy = false, bool ReportsTamper = false);

/// <summary>An output of the box.</summary>
/// <param name="Output">Its id.</param>
/// <param name="Kind">What it is: <c>siren</c>, <c>strobe</c>, <c>relay</c>, …</param>
/// <param name="MaximumOnTime">Longest time it may be on; zero = no limit.</param>
/// <param name="IsRemote">Whether other systems may command it.</param>
public sealed record OutputEntry(OutputId Output, string Kind, TimeSpan MaximumOnTime, bool IsRemote = false);

/// <summary>An input of the box; see <see cref="InputReport"/>.</summary>
public sealed record InputEntry(string Input, string Kind);

/// <summary>What happened to a followed person.</summary>
public enum TrackPhase
{
    /// <summary>Seen often enough to be believed.</summary>
    New,

    /// <summary>Moved, or is known better.</summary>
    Update,

    /// <summary>Gone.</summary>
    End,
}

/// <summary>
/// A followed person as it goes, for live consumers. Lossy by contract: sent with QoS 0 while there is a connection, dropped
/// else. What must not be lost is an alert.
/// </summary>
public sealed record TrackReport
{
    public required CameraId Camera { get; init; }

    /// <summary>Unique within the run and the camera.</summary>
    public required long Track { get; init; }

    public required TrackPhase Phase { get; init; }

    /// <summary>Wall clock of this frame, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Wall clock of the first frame, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The face, pixels of a picture of <see cref="FrameWidth"/> × <see cref="FrameHeight"/>.</summary>
    public required Box Box { get; init; }

    public required int FrameWidth { get; init; }

    public required int FrameHeight { get; init; }

    /// <summary>Detector's score, 0..1.</summary>
    public required float Score { get; init; }

    /// <summary>Who it is; null = not known, or not yet.</summary>
    public PersonId? Person { get; init; }

    /// <summary>Their name, for dialects that may say it.</summary>
    public string? Name { get; init; }

    /// <summary>Cosine of the match; null = none was tried yet.</summary>
    public float? Similarity { get; init; }

    /// <summary>Names of the zones they are in.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];
}
