using Appliance.Core.Cameras;
using Appliance.Core.Detection;
using Appliance.Core.Recognition;

namespace Appliance.Core.Alerts;

/// <summary>A ULID: sorts by time, unique across boxes; the deduplication key of consumers.</summary>
public readonly record struct AlertId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>How urgent an alert is, least first.</summary>
public enum Severity
{
    Info,
    Warning,
    Critical,
}

/// <summary>Event types on every interface (<c>event_type</c> in MQTT).</summary>
public static class AlertKinds
{
    public const string Watchlist = "watchlist";
    public const string UnknownFace = "unknown_face";
    public const string Spoof = "spoof";
    public const string Intrusion = "intrusion";
    public const string Loitering = "loitering";
    public const string Tamper = "tamper";

    /// <summary>A face track crossed a line.</summary>
    public const string LineCrossing = "line_crossing";

    /// <summary>More faces in a zone than its rule allows.</summary>
    public const string Occupancy = "occupancy";

    /// <summary>Nobody in a zone for longer than its rule allows.</summary>
    public const string Absence = "absence";

    /// <summary>A door contact, a tamper switch: an input of the box changed.</summary>
    public const string Input = "input";

    /// <summary>The box is not where it belongs.</summary>
    public const string Geofence = "geofence";

    /// <summary>Nobody acknowledged <see cref="Alert.RefersTo"/> in time.</summary>
    public const string Escalation = "escalation";

    /// <summary>Messages that were not taken within the retention limit are gone; the detail says which numbers.</summary>
    public const string DataGap = "data_gap";

    public static readonly IReadOnlyList<string> All =
    [
        Watchlist, UnknownFace, Spoof, Intrusion, Loitering, Tamper, LineCrossing, Occupancy, Absence, Input, Geofence, Escalation, DataGap,
    ];
}

/// <summary>Who was recognised, as it was when the alert was raised.</summary>
/// <param name="Person">Entry of the watchlist.</param>
/// <param name="Name">Their name at that time.</param>
/// <param name="Category">Their category at that time.</param>
/// <param name="Similarity">Cosine of the fused track template and the nearest enrolled template.</param>
/// <param name="Margin">Similarity minus that of the second best person.</param>
/// <param name="Threshold">What <paramref name="Similarity"/> had to reach.</param>
/// <param name="Shots">Face pictures that were fused.</param>
public sealed record AlertMatch(
    PersonId Person, string Name, string Category, float Similarity, float Margin, float Threshold, int Shots);

/// <summary>Alerts that a destination never got, for <see cref="AlertKinds.DataGap"/>.</summary>
/// <param name="Destination">Outbox they waited in, e.g. <c>mqtt.native</c>.</param>
/// <param name="FirstSeq">Lowest number given up.</param>
/// <param name="LastSeq">Highest.</param>
/// <param name="Count">How many between them.</param>
/// <param name="LackedBy">Required consumers that did not acknowledge; empty: the destination itself did not take them.</param>
public sealed record AlertGap(string Destination, long FirstSeq, long LastSeq, long Count, IReadOnlyList<string> LackedBy);

/// <summary>
/// Something the site must know, once. Immutable; <see cref="Seq"/> is given by the store in the transaction that makes it
/// durable (0 until then), gap-free per appliance and never reset. Members added later take null from bodies that were stored
/// before them.
/// </summary>
public sealed record Alert
{
    public required AlertId Id { get; init; }

    public long Seq { get; init; }

    /// <summary>The run of the daemon that raised it.</summary>
    public required Guid BootId { get; init; }

    /// <summary>One of <see cref="AlertKinds"/>.</summary>
    public required string Kind { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>Whose frame decided it; <see cref="CameraId.Box"/> for what no camera saw (an input, the geofence).</summary>
    public required CameraId Camera { get; init; }

    /// <summary>Wall clock of the frame that decided it, UTC.</summary>
    public required DateTimeOffset Utc { get; init; }

    /// <summary>Whether the clock was known to be synchronised then; null = unknown.</summary>
    public bool? ClockSynced { get; init; }

    /// <summary>Media time of that frame.</summary>
    public TimeSpan MediaTime { get; init; }

    /// <summary>The track, unique within <see cref="BootId"/> and camera.</summary>
    public long TrackId { get; init; }

    /// <summary>The face in that frame, pixels of a picture of <see cref="FrameWidth"/> × <see cref="FrameHeight"/>.</summary>
    public Box? Box { get; init; }

    public int FrameWidth { get; init; }

    public int FrameHeight { get; init; }

    /// <summary>Detector's score in that frame.</summary>
    public float DetectionScore { get; init; }

    public AlertMatch? Match { get; init; }

    /// <summary>Free text for kinds without a match (what was tampered with, which rule fired).</summary>
    public string Detail { get; init; } = "";

    /// <summary>Zone or line of the camera in which it happened; empty = none.</summary>
    public string Zone { get; init => field = value ?? ""; } = "";

    /// <summary>Name of the rule that raised it; empty = the category rules of <c>Alerts.Rules</c>.</summary>
    public string Rule { get; init => field = value ?? ""; } = "";

    /// <summary>The first alert, for <see cref="AlertKinds.Escalation"/>; empty otherwise.</summary>
    public string RefersTo { get; init => field = value ?? ""; } = "";

    /// <summary>What was lost, for <see cref="AlertKinds.DataGap"/>; null otherwise.</summary>
    public AlertGap? Gap { get; init; }

    /// <summary>Notification targets that its rule names; empty = those that take alerts of its severity anyway.</summary>
    public IReadOnlyList<string> Notify { get; init => field = value ?? []; } = [];

    /// <summary>Whether its rule asks for evidence (snapshot and clip) to be kept.</summary>
    public bool KeepEvidence { get; init; } = true;

    /// <summary>How sure the learnt model is that an operator will confirm it, 0..1; null = no model is in use.</summary>
    public float? Confidence { get; init; }

    /// <summary>The learnt model doubts it: only information, and no output is switched.</summary>
    public bool IsDemoted { get; init; }

    /// <summary>Catalogue names of the models that took part, e.g. detector and embedder.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];
}
