using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Core.Alerts;
using Appliance.Core.Detection;

namespace Appliance.Delivery.Mqtt.Frigate;

/// <summary>
/// Frigate's payloads. What we follow is a person by the face, so the label is <c>person</c> with a <c>face</c> attribute. Pictures are
/// never sent: a retained snapshot leaves somebody's face on the broker. Contract: <c>mqtt-schemas/frigate/</c>.
/// </summary>
internal static class FrigateJson
{
    // Not for HTML: names stay readable UTF-8 instead of \u escapes.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A track as it was and as it is; a new one was what it is.</summary>
    public static void WriteEvent(IBufferWriter<byte> to, FrigateTrack before, FrigateTrack after, bool includeName)
    {
        using var json = new Utf8JsonWriter(to, s_options);
        json.WriteStartObject();
        json.WriteString("type", after.Report.Phase switch
        {
            TrackPhase.New => "new",
            TrackPhase.End => "end",
            _ => "update",
        });
        json.WritePropertyName("before");
        WriteObject(json, before, includeName);
        json.WritePropertyName("after");
        WriteObject(json, after, includeName);
        json.WriteEndObject();
    }

    /// <summary>What face recognition made of a track.</summary>
    public static void WriteFace(IBufferWriter<byte> to, FrigateTrack track, bool includeName)
    {
        using var json = new Utf8JsonWriter(to, s_options);
        json.WriteStartObject();
        json.WriteString("type", "face");
        json.WriteString("id", track.Id);
        json.WriteString("name", includeName ? track.Report.Name : null);
        json.WriteNumber("score", Rounded(track.Report.Similarity ?? 0));
        json.WriteString("camera", track.Report.Camera.Value);
        json.WriteNumber("timestamp", FrigateId.Seconds(track.Report.At));
        json.WriteEndObject();
    }

    /// <summary>An alert as a review item: it happens in one instant, so it is said once as new and once as ended.</summary>
    public static void WriteReview(IBufferWriter<byte> to, Alert alert, bool ended, bool includeName)
    {
        using var json = new Utf8JsonWriter(to, s_options);
        json.WriteStartObject();
        json.WriteString("type", ended ? "end" : "new");
        json.WritePropertyName("before");
        WriteReviewItem(json, alert, ended: false, includeName);
        json.WritePropertyName("after");
        WriteReviewItem(json, alert, ended, includeName);
        json.WriteEndObject();
    }

    public static void WriteStats(
        IBufferWriter<byte> to, IEnumerable<CameraReport> cameras, ApplianceIdentity identity, HealthReport health, DateTimeOffset now)
    {
        using var json = new Utf8JsonWriter(to, s_options);
        json.WriteStartObject();
        json.WriteStartObject("cameras");
        foreach (var camera in cameras)
        {
            json.WriteStartObject(camera.Camera.Value);
            json.WriteNumber("camera_fps", Rounded((float)camera.FramesPerSecond));
            json.WriteNumber("process_fps", Rounded((float)camera.FramesPerSecond));
            json.WriteBoolean("detection_enabled", camera.State != CameraReportState.Disabled);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("service");
        json.WriteNumber("uptime", Math.Max(0, (long)(now - health.StartedAt).TotalSeconds));
        json.WriteString("version", identity.Version);
        json.WriteString("latest_version", health.LatestVersion ?? identity.Version);
        json.WriteNumber("last_updated", (long)FrigateId.Seconds(now));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter json, FrigateTrack track, bool includeName)
    {
        var report = track.Report;
        json.WriteStartObject();
        json.WriteString("id", track.Id);
        json.WriteString("camera", report.Camera.Value);
        json.WriteNumber("frame_time", FrigateId.Seconds(report.At));
        json.WriteNull("snapshot");
        json.WriteString("label", "person");
        WriteSubLabel(json, report, includeName);
        json.WriteNumber("top_score", Rounded(track.TopScore));
        json.WriteBoolean("false_positive", false);
        json.WriteNumber("start_time", FrigateId.Seconds(report.StartedAt));
        if (report.Phase == TrackPhase.End)
            json.WriteNumber("end_time", FrigateId.Seconds(report.At));
        else
            json.WriteNull("end_time");
        json.WriteNumber("score", Rounded(report.Score));
        WriteBox(json, "box", report.Box, report);
        json.WriteNumber("area", (long)Math.Max(0, (double)report.Box.Width * report.Box.Height));
        json.WriteNumber("ratio", report.Box.Height > 0 ? Rounded(report.Box.Width / report.Box.Height) : 0);
        WriteBox(json, "region", new Box(0, 0, report.FrameWidth, report.FrameHeight), report);
        json.WriteBoolean("active", report.Phase != TrackPhase.End);
        json.WriteBoolean("stationary", false);
        json.WriteNumber("motionless_count", 0);
        json.WriteNumber("position_changes", 0);
        WriteNames(json, "current_zones", report.Zones);
        WriteNames(json, "entered_zones", track.EnteredZones);
        json.WriteBoolean("has_clip", false);
        json.WriteBoolean("has_snapshot", false);
        json.WriteStartObject("attributes");
        json.WriteNumber("face", Rounded(track.TopScore));
        json.WriteEndObject();
        json.WriteStartArray("current_attributes");
        json.WriteStartObject();
        json.WriteString("label", "face");
        WriteBox(json, "box", report.Box, report);
        json.WriteNumber("score", Rounded(report.Score));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteNumber("current_estimated_speed", 0);
        json.WriteNumber("average_estimated_speed", 0);
        json.WriteNumber("velocity_angle", 0);
        json.WriteNull("recognized_license_plate");
        json.WriteNull("recognized_license_plate_score");
        json.WriteEndObject();
    }

    private static void WriteSubLabel(Utf8JsonWriter json, TrackReport report, bool includeName)
    {
        if (!includeName || report.Name is not { } name)
        {
            json.WriteNull("sub_label");
            return;
        }

        json.WriteStartArray("sub_label");
        json.WriteStringValue(name);
        json.WriteNumberValue(Rounded(report.Similarity ?? 0));
        json.WriteEndArray();
    }

    private static void WriteReviewItem(Utf8JsonWriter json, Alert alert, bool ended, bool includeName)
    {
        json.WriteStartObject();
        json.WriteString("id", FrigateId.Of(alert));
        json.WriteString("camera", alert.Camera.Value);
        json.WriteNumber("start_time", FrigateId.Seconds(alert.Utc));
        if (ended)
            json.WriteNumber("end_time", FrigateId.Seconds(alert.Utc));
        else
            json.WriteNull("end_time");
        json.WriteString("severity", alert.Severity == Severity.Info ? "detection" : "alert");
        json.WriteString("thumb_path", "");
        json.WriteStartObject("data");
        WriteNames(json, "detections", []);
        WriteNames(json, "objects", alert.Box is null ? [] : ["person"]);
        WriteNames(json, "sub_labels", includeName && alert.Match is { } match ? [match.Name] : []);
        WriteNames(json, "zones", alert.Zone.Length > 0 ? [alert.Zone] : []);
        WriteNames(json, "audio", []);
        // Ours: joins the review with the same alert in the other dialects.
        json.WriteStartObject("watchpost");
        json.WriteString("id", alert.Id.Value);
        json.WriteNumber("seq", alert.Seq);
        json.WriteString("kind", alert.Kind);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter json, string property, IReadOnlyList<string> names)
    {
        json.WriteStartArray(property);
        foreach (var name in names)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    /// <summary>x1, y1, x2, y2 in whole pixels of the picture.</summary>
    private static void WriteBox(Utf8JsonWriter json, string property, in Box box, TrackReport report)
    {
        json.WriteStartArray(property);
        json.WriteNumberValue(Pixel(box.X, report.FrameWidth));
        json.WriteNumberValue(Pixel(box.Y, report.FrameHeight));
        json.WriteNumberValue(Pixel(box.Right, report.FrameWidth));
        json.WriteNumberValue(Pixel(box.Bottom, report.FrameHeight));
        json.WriteEndArray();
    }

    private static int Pixel(float value, int limit) => float.IsFinite(value) ? (int)Math.Clamp(value, 0, limit) : 0;

    /// <summary>JSON has no NaN; a figure that is none counts as 0.</summary>
    private static double Rounded(float value) => float.IsFinite(value) ? Math.Round(value, 4) : 0;
}
