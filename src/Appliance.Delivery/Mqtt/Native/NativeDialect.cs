using System.Buffers;
using System.Globalization;
using System.Text;
using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Evidence;
using Appliance.Core.Outputs;

namespace Appliance.Delivery.Mqtt.Native;

/// <summary>
/// CloudEvents 1.0 in MQTT 5 binary mode (alerts: attributes are user properties, the payload is the data) and retained topics
/// for state. Contracts with examples: <c>mqtt-schemas/native/</c>. With a signer, alerts prove themselves
/// (<c>mqtt-schemas/verify/</c>).
/// </summary>
public sealed class NativeDialect(
    ApplianceIdentity identity, NativeTopics topics, NativeDialectOptions options, JwsSigner? signer) : IMqttDialect
{
    private const string Json = "application/json";

    /// <inheritdoc/>
    public string Name => "native";

    /// <inheritdoc/>
    public void Write(Alert alert, MqttBatch to)
    {
        var message = to.Add();
        message.Topic = topics.Alert(alert.Camera);
        message.ContentType = Json;
        message.AddUserProperty("specversion", "1.0");
        message.AddUserProperty("id", alert.Id.Value);
        message.AddUserProperty("source", $"urn:watchpost:{identity.Serial}:cam:{alert.Camera}");
        message.AddUserProperty("type", "watchpost.alert." + alert.Kind);
        message.AddUserProperty("time", Rfc3339.Format(alert.Utc));
        // Extensions: names of CloudEvents attributes are lower-case letters and digits only.
        message.AddUserProperty("seq", alert.Seq.ToString(CultureInfo.InvariantCulture));
        message.AddUserProperty("bootid", alert.BootId.ToString());
        message.AddUserProperty("severity", NativeJson.Word(alert.Severity));
        if (signer is null)
            NativeJson.Write(message.Payload, alert, options.IncludeNames);
        else
            NativeJson.WriteSigned(message.Payload, alert, options.IncludeNames, signer);
    }

    /// <inheritdoc/>
    public void Write(HealthReport report, MqttBatch to)
    {
        NativeJson.Write(State(to, topics.Health, Json).Payload, report, identity);
        NativeJson.WriteUpdate(State(to, topics.Update, Json).Payload, identity.Version, report.LatestVersion ?? identity.Version);
    }

    /// <inheritdoc/>
    public void Write(InfoReport report, MqttBatch to) =>
        NativeJson.Write(State(to, topics.Info, Json).Payload, report, identity);

    /// <inheritdoc/>
    public void Write(CameraReport report, MqttBatch to)
    {
        WriteWord(State(to, topics.CameraStatus(report.Camera), null), NativeJson.Word(report.State));
        NativeJson.Write(State(to, topics.CameraState(report.Camera), Json).Payload, report);
    }

    /// <inheritdoc/>
    public void Write(OutputState state, MqttBatch to) =>
        NativeJson.Write(State(to, topics.OutputState(state.Id), Json).Payload, state);

    /// <inheritdoc/>
    public void Write(OccupancyReport report, MqttBatch to) =>
        NativeJson.Write(State(to, topics.Occupancy(report.Camera, report.Zone), Json).Payload, report);

    /// <inheritdoc/>
    public void Write(TamperReport report, MqttBatch to) =>
        NativeJson.Write(State(to, topics.Tamper(report.Camera), Json).Payload, report);

    /// <inheritdoc/>
    public void Write(InputReport report, MqttBatch to) =>
        NativeJson.Write(State(to, topics.InputState(report.Input), Json).Payload, report);

    /// <inheritdoc/>
    public void WriteRemoved(CameraId camera, MqttBatch to)
    {
        State(to, topics.CameraStatus(camera), null);
        State(to, topics.CameraState(camera), null);
        State(to, topics.Occupancy(camera, null), null);
        State(to, topics.Tamper(camera), null);
    }

    /// <inheritdoc/>
    public void WriteRemoved(CameraId camera, string zone, MqttBatch to) => State(to, topics.Occupancy(camera, zone), null);

    /// <inheritdoc/>
    public void WriteRemoved(OutputEntry output, MqttBatch to) => State(to, topics.OutputState(output.Output), null);

    /// <inheritdoc/>
    public void WriteRemoved(InputEntry input, MqttBatch to) => State(to, topics.InputState(input.Input), null);

    private static MqttMessage State(MqttBatch to, string topic, string? contentType)
    {
        var message = to.Add();
        message.Topic = topic;
        message.Retain = true;
        message.ContentType = contentType;
        return message;
    }

    private static void WriteWord(MqttMessage message, string word) =>
        Encoding.UTF8.GetBytes(word, message.Payload);
}
