namespace Appliance.Core.Evidence.Manifests;

/// <summary>
/// What the box swears to about one alert: written as canonical JSON (RFC 8785), hashed with SHA-256, signed. Field by field in
/// docs/evidence.md. It holds the person's id and never their name: a manifest cannot be blanked when a person is removed.
/// </summary>
public sealed record EvidenceManifest
{
    public const string Version1 = "watchpost-evidence-v1";

    public string Format { get; init; } = Version1;

    public required DeviceStatement Device { get; init; }

    public required AlertStatement Alert { get; init; }

    /// <summary>Null: no camera saw it.</summary>
    public CameraStatement? Camera { get; init; }

    public required ClockStatement Clock { get; init; }

    public IReadOnlyList<ModelStatement> Models { get; init; } = [];

    public required IReadOnlyList<ArtefactStatement> Artefacts { get; init; }

    /// <summary>What should be there and is not.</summary>
    public IReadOnlyList<MissingArtefact> Missing { get; init; } = [];
}

/// <param name="Serial">Serial number of the box.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Position">Where it stands, in the operator's words; empty = not told.</param>
/// <param name="Latitude">Degrees, WGS 84; null = unknown.</param>
/// <param name="Longitude">Degrees, WGS 84; null = unknown.</param>
/// <param name="Software">Version of the program.</param>
/// <param name="BootId">Run of the program.</param>
/// <param name="Address">Address of the key that signs, EIP-55.</param>
public sealed record DeviceStatement(
    string Serial, string Name, string Position, double? Latitude, double? Longitude, string Software, string BootId, string Address);

/// <param name="Id">ULID of the alert.</param>
/// <param name="Seq">Its number on the box.</param>
/// <param name="Kind">As in MQTT's <c>event_type</c>.</param>
/// <param name="Severity">info, warning or critical.</param>
/// <param name="Utc">Wall clock of the deciding frame, RFC 3339 with milliseconds.</param>
/// <param name="Zone">Zone or line; empty = none.</param>
/// <param name="Rule">The rule that raised it; empty = the category rules.</param>
/// <param name="Detail">Words for kinds without a match.</param>
/// <param name="Track">Track within run and camera.</param>
/// <param name="Box">The face, pixels of the frame; null = none.</param>
/// <param name="FrameWidth">Pixels.</param>
/// <param name="FrameHeight">Pixels.</param>
/// <param name="DetectionScore">0..1.</param>
/// <param name="MediaSeconds">Time of that frame in the camera's stream.</param>
/// <param name="Match">Who was recognised; null for other kinds.</param>
public sealed record AlertStatement(
    string Id, long Seq, string Kind, string Severity, string Utc, string Zone, string Rule, string Detail, long Track,
    BoxStatement? Box, int FrameWidth, int FrameHeight, double DetectionScore, double MediaSeconds, MatchStatement? Match);

/// <summary>Pixels, origin top left.</summary>
public sealed record BoxStatement(double X, double Y, double Width, double Height);

/// <param name="Person">Id in the watchlist of that time.</param>
/// <param name="Category">Category at that time.</param>
/// <param name="Similarity">Cosine of the fused template and the nearest enrolled one.</param>
/// <param name="Margin">Lead over the second best person.</param>
/// <param name="Threshold">What the similarity had to reach.</param>
/// <param name="Shots">Face pictures fused.</param>
public sealed record MatchStatement(string Person, string Category, double Similarity, double Margin, double Threshold, int Shots);

/// <param name="Id">Id of the camera.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Codec">Of the clip, as the camera sent it: h264, h265, jpeg; empty = no clip.</param>
public sealed record CameraStatement(string Id, string Name, string Codec);

/// <param name="Synced">Whether the wall clock was known to be right; null = unknown.</param>
/// <param name="RecordedUtc">Wall clock when the manifest was made.</param>
/// <param name="UptimeSeconds">Monotonic time since the program's start at that moment: shows a clock that was set.</param>
public sealed record ClockStatement(bool? Synced, string RecordedUtc, double UptimeSeconds);

/// <param name="Name">Name and version as in the catalogue.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Sha256">Of its file.</param>
public sealed record ModelStatement(string Name, string Kind, string Sha256);

/// <param name="Name">clip.mp4, snapshot.jpg, face.jpg or tracks.json.</param>
/// <param name="MediaType">MIME type.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Hexadecimal.</param>
/// <param name="Cid">CIDv1 of the file (UnixFS, as <c>ipfs add --cid-version=1</c>).</param>
/// <param name="Note">What to know about it, e.g. that the stream was interrupted; empty = nothing.</param>
public sealed record ArtefactStatement(string Name, string MediaType, long Size, string Sha256, string Cid, string Note = "");

/// <param name="Name">Which artefact.</param>
/// <param name="Reason">Why it is not there.</param>
public sealed record MissingArtefact(string Name, string Reason);
