using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Core.Alerts;
using Appliance.Core.Detection;
using Appliance.Core.Outputs;
using Appliance.Delivery.Mqtt.Native;

namespace Appliance.Delivery.Mqtt.Onvif;

/// <summary>
/// Payloads of ONVIF's JSON event annex: <c>UtcTime</c>, <c>Source</c>, <c>Data</c>; items of our own carry the prefix <c>wp:</c>,
/// which <c>@context</c> declares. Contract: <c>mqtt-schemas/onvif/</c>.
/// </summary>
internal static class OnvifJson
{
    public const string SignalRule = "SignalLoss";

    /// <summary>The box's one disk.</summary>
    public const string StorageToken = "store";

    private const string Namespace = "urn:watchpost:onvif";

    // Not for HTML: names stay readable UTF-8 instead of \u escapes.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="to">Where it is written.</param>
    /// <param name="alert">What happened.</param>
    /// <param name="rule">The rule's name.</param>
    /// <param name="label">Whitelisted or Blacklisted; null = none.</param>
    /// <param name="includeName">Whether the person's name may be sent.</param>
    public static void Write(IBufferWriter<byte> to, Alert alert, string rule, string? label, bool includeName)
    {
        using var json = new Utf8JsonWriter(to, s_options);
        json.WriteStartObject();
        json.WriteStartObject("@context");
        json.WriteString("wp", Namespace);
        json.WriteEndObject();
        json.WriteString("UtcTime", Rfc3339.Format(alert.Utc));
        json.WriteStartObject("Source");
        json.WriteString("VideoSource", alert.Camera.Value);
        json.WriteString("Rule", rule);
        json.WriteEndObject();
        json.WriteStartObject("Data");
        if (alert.Match is { } match)
        {
            json.WriteNumber("Likelihood", Rounded(Math.Clamp(match.Similarity, 0, 1)));
            json.WriteString("EnrollmentID", match.Person.Value);
            if (label is not null)
                json.WriteString("Label", label);
        }

        json.WriteString("ObjectId", alert.TrackId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (alert.Kind is AlertKinds.UnknownFace or AlertKinds.LineCrossing)
            json.WriteString("ClassTypes", alert.Kind == AlertKinds.UnknownFace ? "Face" : "Human");
        if (alert is { Box: { } box, FrameWidth: > 0, FrameHeight: > 0 })
            WriteBox(json, box, alert.FrameWidth, alert.FrameHeight);
        WriteOwn(json, alert, includeName);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>One property of one or two source items with one value, a truth or a count.</summary>
    public static void WriteProperty(
        IBufferWriter<byte> to, DateTimeOffset since, (string Name, string Value) source, (string Name, string Value)? rule,
        string name, object value)
    {
        using var json = new Utf8JsonWriter(to, s_options);
        json.WriteStartObject();
        json.WriteString("UtcTime", Rfc3339.Format(since));
        json.WriteStartObject("Source");
        json.WriteString(source.Name, source.Value);
        if (rule is { } second)
            json.WriteString(second.Name, second.Value);
        json.WriteEndObject();
        json.WriteStartObject("Data");
        if (value is bool truth)
            json.WriteBoolean(name, truth);
        else
            json.WriteNumber(name, (int)value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>One property: a token, what is known of it, and since when.</summary>
    public static void WriteRelay(IBufferWriter<byte> to, OutputState state)
    {
        using var json = new Utf8JsonWriter(to, s_options);
        json.WriteStartObject();
        json.WriteString("UtcTime", Rfc3339.Format(state.Since));
        json.WriteStartObject("Source");
        json.WriteString("RelayToken", state.Id.Value);
        json.WriteEndObject();
        json.WriteStartObject("Data");
        json.WriteString("LogicalState", state.Active ? "active" : "inactive");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteSignalLoss(IBufferWriter<byte> to, CameraReport report)
    {
        using var json = new Utf8JsonWriter(to, s_options);
        json.WriteStartObject();
        json.WriteString("UtcTime", Rfc3339.Format(report.Since));
        json.WriteStartObject("Source");
        json.WriteString("VideoSource", report.Camera.Value);
        json.WriteString("RuleName", SignalRule);
        json.WriteEndObject();
        json.WriteStartObject("Data");
        // A camera that an operator switched off has lost nothing.
        json.WriteBoolean("State", report.State == CameraReportState.Offline);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The box's own items: what joins this event with the other dialects' and proves that none is missing.</summary>
    private static void WriteOwn(Utf8JsonWriter json, Alert alert, bool includeName)
    {
        json.WriteString("wp:EventId", alert.Id.Value);
        json.WriteNumber("wp:Seq", alert.Seq);
        json.WriteString("wp:BootId", alert.BootId);
        json.WriteString("wp:Severity", NativeJson.Word(alert.Severity));
        if (alert.ClockSynced is { } synced)
            json.WriteBoolean("wp:ClockSynced", synced);
        if (alert.Zone.Length > 0)
            json.WriteString("wp:Zone", alert.Zone);
        if (alert.Rule.Length > 0)
            json.WriteString("wp:Rule", alert.Rule);
        if (alert.RefersTo.Length > 0)
            json.WriteString("wp:RefersTo", alert.RefersTo);
        if (alert.Detail.Length > 0)
            json.WriteString("wp:Detail", alert.Detail);
        if (alert.Match is not { } match)
            return;

        json.WriteString("wp:Category", match.Category);
        json.WriteNumber("wp:Margin", Rounded(match.Margin));
        if (includeName)
            json.WriteString("wp:Name", match.Name);
    }

    /// <summary>From pixels to ONVIF's screen: −1 to 1 on both axes, y upwards, and not past the border.</summary>
    private static void WriteBox(Utf8JsonWriter json, Box box, int width, int height)
    {
        json.WriteStartObject("BoundingBox");
        json.WriteStartObject("Rectangle");
        json.WriteNumber("@left", Screen(2 * box.X / width - 1));
        json.WriteNumber("@top", Screen(1 - 2 * box.Y / height));
        json.WriteNumber("@right", Screen(2 * box.Right / width - 1));
        json.WriteNumber("@bottom", Screen(1 - 2 * box.Bottom / height));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static double Screen(float value) => Rounded(Math.Clamp(value, -1, 1));

    /// <summary>JSON has no NaN; a figure that is none counts as 0.</summary>
    private static double Rounded(float value) => float.IsFinite(value) ? Math.Round(value, 4) : 0;
}
