using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Core.Detection;
using Appliance.Core.Evidence.Manifests;

namespace Appliance.Core.Evidence.Tracks;

/// <summary>The artefact <c>tracks.json</c>: where every face was while the clip ran.</summary>
/// <param name="Format">watchpost-tracks-v1.</param>
/// <param name="Alert">Id of the alert.</param>
/// <param name="Track">The alerted track; 0 = none.</param>
/// <param name="FrameWidth">Pixels; boxes refer to it.</param>
/// <param name="FrameHeight">Pixels.</param>
/// <param name="Utc">Wall clock of the deciding frame.</param>
/// <param name="ClipStart">Seconds from <paramref name="Utc"/> to the clip's first picture (negative); null = no clip.</param>
/// <param name="Points">Time order.</param>
public sealed record TracksDocument(
    string Format, string Alert, long Track, int FrameWidth, int FrameHeight, string Utc, double? ClipStart, IReadOnlyList<TrackPoint> Points)
{
    public const string Name = "tracks.json";
    public const string Version1 = "watchpost-tracks-v1";

    // A face moves on between two analysed frames, and encoder and decoder are not of one time.
    private const double MaskSeconds = 0.5;

    public static byte[] Write(TracksDocument document) =>
        CanonicalJson.Transform(JsonSerializer.SerializeToUtf8Bytes(document, TracksJson.Default.TracksDocument));

    /// <exception cref="JsonException">Not such a document.</exception>
    public static TracksDocument Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, TracksJson.Default.TracksDocument) is { Format: Version1 } document
            ? document
            : throw new JsonException($"not {Version1}");

    /// <summary>Faces to be masked at that time (seconds from the deciding frame): all but the alerted one's, some time around.</summary>
    public IEnumerable<Box> BystandersAt(double seconds) => Points
        .Where(point => point.Track != Track && Math.Abs(point.T - seconds) <= MaskSeconds)
        .Select(point => new Box((float)point.X, (float)point.Y, (float)point.W, (float)point.H));
}

/// <param name="T">Seconds from the deciding frame.</param>
/// <param name="Track">Id within run and camera.</param>
/// <param name="X">Left, pixels.</param>
/// <param name="Y">Top, pixels.</param>
/// <param name="W">Width, pixels.</param>
/// <param name="H">Height, pixels.</param>
/// <param name="Score">0..1.</param>
/// <param name="Seen">Detected in that frame; else predicted.</param>
public sealed record TrackPoint(double T, long Track, double X, double Y, double W, double H, double Score, bool Seen)
{
    public static TrackPoint Of(in TrailPoint point, DateTimeOffset decided) => new(
        Math.Round((point.Utc - decided).TotalSeconds, 3), point.Track, Round(point.Box.X), Round(point.Box.Y), Round(point.Box.Width),
        Round(point.Box.Height), ManifestJson.Figure(point.Score), point.IsSeen);

    private static double Round(float pixels) => Math.Round(pixels, 1);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TracksDocument))]
internal sealed partial class TracksJson : JsonSerializerContext;
