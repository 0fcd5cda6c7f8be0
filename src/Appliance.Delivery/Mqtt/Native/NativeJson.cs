using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence;
using Appliance.Core.Outputs;

namespace Appliance.Delivery.Mqtt.Native;

/// <summary>Payloads of the native dialect; their contract is <c>mqtt-schemas/native/*.schema.json</c>.</summary>
internal static class NativeJson
{
    // Not for HTML: names stay readable UTF-8 instead of \u escapes.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (SceneFaults Fault, string Word)[] s_sceneFaults =
    [
        (SceneFaults.SceneChange, "scene_change"),
        (SceneFaults.TooDark, "too_dark"),
        (SceneFaults.TooBright, "too_bright"),
        (SceneFaults.TooBlurry, "too_blurry"),
    ];

    [ThreadStatic]
    private static Utf8JsonWriter? s_writer;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_body, s_canonical;

    /// <summary>
    /// The alert with <c>sig</c> as its last property: a detached JWS over the canonical form of everything before it.
    /// </summary>
    public static void WriteSigned(IBufferWriter<byte> to, Alert alert, bool includeName, JwsSigner signer)
    {
        var (body, canonical) = (s_body ??= new(1024), s_canonical ??= new(1024));
        body.ResetWrittenCount();
        canonical.ResetWrittenCount();
        Write(body, alert, includeName);
        CanonicalJson.Transform(body.WrittenMemory, canonical);
        to.Write(body.WrittenSpan[..^1]);
        to.Write(",\"sig\":\""u8);
        Encoding.ASCII.GetBytes(signer.Sign(canonical.WrittenSpan), to);
        to.Write("\"}"u8);
    }

    public static void Write(IBufferWriter<byte> to, Alert alert, bool includeName)
    {
        var json = Begin(to);
        // Home Assistant's event entity wants event_type; a consumer deduplicates by id and finds gaps by seq.
        json.WriteString("event_type", alert.Kind);
        json.WriteString("id", alert.Id.Value);
        json.WriteNumber("seq", alert.Seq);
        json.WriteString("boot_id", alert.BootId);
        WriteUtc(json, "utc", alert.Utc);
        WriteMaybe(json, "clock_synced", alert.ClockSynced);
        json.WriteString("severity", Word(alert.Severity));
        json.WriteString("camera", alert.Camera.Value);
        json.WriteNumber("track", alert.TrackId);
        if (alert.Box is { } box)
            WriteFace(json, alert, box);
        if (alert.Match is { } match)
            Write(json, match, includeName);
        if (alert.Detail.Length > 0)
            json.WriteString("detail", alert.Detail);
        if (alert.Zone.Length > 0)
            json.WriteString("zone", alert.Zone);
        if (alert.Rule.Length > 0)
            json.WriteString("rule", alert.Rule);
        if (alert.RefersTo.Length > 0)
            json.WriteString("refers_to", alert.RefersTo);
        if (alert.Gap is { } gap)
            Write(json, gap);
        json.WriteStartArray("models");
        foreach (var model in alert.Models)
            json.WriteStringValue(model);
        json.WriteEndArray();
        End(json);
    }

    public static void Write(IBufferWriter<byte> to, HealthReport report, ApplianceIdentity identity)
    {
        var json = Begin(to);
        json.WriteString("status", Word(report.Status));
        json.WriteStartArray("faults");
        foreach (var fault in report.Faults)
        {
            json.WriteStartObject();
            json.WriteString("component", fault.Component);
            json.WriteString("reason", fault.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("outbox_depth", report.OutboxDepth);
        WriteMaybe(json, "clock_synced", report.ClockSynced);
        WriteUtc(json, "started_at", report.StartedAt);
        json.WriteString("boot_id", identity.BootId);
        json.WriteString("serial", identity.Serial);
        json.WriteString("name", identity.Name);
        json.WriteString("version", identity.Version);
        End(json);
    }

    public static void Write(IBufferWriter<byte> to, InfoReport report, ApplianceIdentity identity)
    {
        var json = Begin(to);
        json.WriteString("serial", identity.Serial);
        json.WriteString("name", identity.Name);
        json.WriteString("version", identity.Version);
        json.WriteString("status", Word(report.Status));
        json.WriteNumber("faults", report.Faults);
        json.WriteNumber("cameras", report.Cameras);
        json.WriteNumber("cameras_online", report.CamerasOnline);
        json.WriteNumber("alerts_open", report.AlertsOpen);
        json.WriteString("address", report.Address);
        WriteUtc(json, "started_at", report.StartedAt);
        End(json);
    }

    public static void Write(IBufferWriter<byte> to, CameraReport report)
    {
        var json = Begin(to);
        json.WriteString("state", Word(report.State));
        json.WriteString("reason", report.Reason);
        WriteUtc(json, "since", report.Since);
        WriteRounded(json, "fps", report.FramesPerSecond, 2);
        json.WriteNumber("frames_dropped", report.FramesDropped);
        End(json);
    }

    public static void Write(IBufferWriter<byte> to, OutputState state)
    {
        var json = Begin(to);
        json.WriteString("state", state.Active ? "ON" : "OFF");
        WriteUtc(json, "since", state.Since);
        if (state.Until is { } until)
            WriteUtc(json, "until", until);
        else
            json.WriteNull("until");
        json.WriteString("reason", state.Reason);
        End(json);
    }

    public static void Write(IBufferWriter<byte> to, OccupancyReport report)
    {
        var json = Begin(to);
        json.WriteString("state", report.IsOccupied ? "ON" : "OFF");
        json.WriteNumber("count", report.Count);
        WriteUtc(json, "since", report.Since);
        End(json);
    }

    public static void Write(IBufferWriter<byte> to, TamperReport report)
    {
        var json = Begin(to);
        json.WriteString("state", report.Faults == SceneFaults.None ? "OFF" : "ON");
        json.WriteStartArray("faults");
        foreach (var (fault, word) in s_sceneFaults)
        {
            if (report.Faults.HasFlag(fault))
                json.WriteStringValue(word);
        }

        json.WriteEndArray();
        json.WriteString("detail", report.Detail);
        WriteUtc(json, "since", report.Since);
        End(json);
    }

    public static void Write(IBufferWriter<byte> to, InputReport report)
    {
        var json = Begin(to);
        json.WriteString("state", report.Active ? "ON" : "OFF");
        json.WriteString("kind", report.Kind);
        WriteUtc(json, "since", report.Since);
        End(json);
    }

    /// <summary>As Home Assistant's update entity reads it.</summary>
    public static void WriteUpdate(IBufferWriter<byte> to, string installed, string latest)
    {
        var json = Begin(to);
        json.WriteString("installed_version", installed);
        json.WriteString("latest_version", latest);
        End(json);
    }

    public static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Ok => "ok",
        HealthStatus.Degraded => "degraded",
        _ => "failed",
    };

    public static string Word(CameraReportState state) => state switch
    {
        CameraReportState.Online => "online",
        CameraReportState.Disabled => "disabled",
        _ => "offline",
    };

    public static string Word(Severity severity) => severity switch
    {
        Severity.Critical => "critical",
        Severity.Warning => "warning",
        _ => "info",
    };

    private static void WriteFace(Utf8JsonWriter json, Alert alert, Core.Detection.Box box)
    {
        json.WriteStartObject("face");
        WriteRounded(json, "x", box.X, 1);
        WriteRounded(json, "y", box.Y, 1);
        WriteRounded(json, "width", box.Width, 1);
        WriteRounded(json, "height", box.Height, 1);
        json.WriteNumber("frame_width", alert.FrameWidth);
        json.WriteNumber("frame_height", alert.FrameHeight);
        WriteRounded(json, "score", alert.DetectionScore, 4);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AlertMatch match, bool includeName)
    {
        json.WriteStartObject("match");
        json.WriteString("person", match.Person.Value);
        if (includeName)
            json.WriteString("name", match.Name);
        json.WriteString("category", match.Category);
        WriteRounded(json, "similarity", match.Similarity, 4);
        WriteRounded(json, "margin", match.Margin, 4);
        WriteRounded(json, "threshold", match.Threshold, 4);
        json.WriteNumber("shots", match.Shots);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, AlertGap gap)
    {
        json.WriteStartObject("gap");
        json.WriteString("destination", gap.Destination);
        json.WriteNumber("first_seq", gap.FirstSeq);
        json.WriteNumber("last_seq", gap.LastSeq);
        json.WriteNumber("count", gap.Count);
        json.WriteStartArray("lacked_by");
        foreach (var consumer in gap.LackedBy)
            json.WriteStringValue(consumer);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Utf8JsonWriter Begin(IBufferWriter<byte> to)
    {
        var json = s_writer ??= new(Stream.Null, s_options);
        json.Reset(to);
        json.WriteStartObject();
        return json;
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteUtc(Utf8JsonWriter json, string name, DateTimeOffset time) =>
        json.WriteString(name, Rfc3339.Format(time));

    private static void WriteMaybe(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known)
            json.WriteBoolean(name, known);
        else
            json.WriteNull(name);
    }

    /// <summary>JSON has no NaN; a figure that is none counts as 0.</summary>
    private static void WriteRounded(Utf8JsonWriter json, string name, double value, int digits) =>
        json.WriteNumber(name, double.IsFinite(value) ? Math.Round(value, digits) : 0);
}
