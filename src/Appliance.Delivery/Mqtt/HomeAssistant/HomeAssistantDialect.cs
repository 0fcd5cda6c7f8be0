using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Outputs;
using Appliance.Delivery.Mqtt.Native;

namespace Appliance.Delivery.Mqtt.HomeAssistant;

/// <summary>
/// What Home Assistant needs besides the native topics: alerts of its own where it may not see (or alone may see) names of people, and
/// state where the native dialect is off. Its announcement is <see cref="DiscoveryAnnouncer"/>'s.
/// </summary>
/// <param name="topics">Topics of alerts.</param>
/// <param name="includeNames">Whether names may be said.</param>
/// <param name="state">Writes the state topics; null = the native dialect is on and does.</param>
internal sealed class HomeAssistantDialect(HomeAssistantTopics topics, bool includeNames, IMqttDialect? state) : IMqttDialect
{
    /// <inheritdoc/>
    public string Name => "homeassistant";

    /// <inheritdoc/>
    public void Write(Alert alert, MqttBatch to)
    {
        var message = to.Add();
        message.Topic = topics.Alert(alert.Camera);
        message.ContentType = "application/json";
        NativeJson.Write(message.Payload, alert, includeNames);
    }

    /// <inheritdoc/>
    public void Write(HealthReport report, MqttBatch to) => state?.Write(report, to);

    /// <inheritdoc/>
    public void Write(CameraReport report, MqttBatch to) => state?.Write(report, to);

    /// <inheritdoc/>
    public void Write(OutputState report, MqttBatch to) => state?.Write(report, to);

    /// <inheritdoc/>
    public void Write(OccupancyReport report, MqttBatch to) => state?.Write(report, to);

    /// <inheritdoc/>
    public void Write(TamperReport report, MqttBatch to) => state?.Write(report, to);

    /// <inheritdoc/>
    public void Write(InputReport report, MqttBatch to) => state?.Write(report, to);

    /// <inheritdoc/>
    public void WriteRemoved(CameraId camera, MqttBatch to) => state?.WriteRemoved(camera, to);

    /// <inheritdoc/>
    public void WriteRemoved(CameraId camera, string zone, MqttBatch to) => state?.WriteRemoved(camera, zone, to);

    /// <inheritdoc/>
    public void WriteRemoved(OutputEntry output, MqttBatch to) => state?.WriteRemoved(output, to);

    /// <inheritdoc/>
    public void WriteRemoved(InputEntry input, MqttBatch to) => state?.WriteRemoved(input, to);
}
