using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Outputs;

namespace Appliance.Delivery.Mqtt.Onvif;

/// <summary>
/// ONVIF events as JSON over MQTT (<c>onvif-ej</c>, Core specification, "Event Broker"): stateless events are not retained,
/// properties are. Kinds of alerts that ONVIF has no topic for come below <c>RuleEngine/wp:</c>.
/// </summary>
/// <param name="prefix">First part of every topic.</param>
/// <param name="options">What may be said.</param>
public sealed class OnvifDialect(string prefix, OnvifDialectOptions options) : IMqttDialect
{
    private readonly OnvifTopics _topics = new(prefix);

    /// <inheritdoc/>
    public string Name => "onvif";

    /// <inheritdoc/>
    public void Write(Alert alert, MqttBatch to)
    {
        var rule = Word(alert.Kind);
        var message = Message(to, alert switch
        {
            { Match: not null } => _topics.Face(alert.Camera, rule),
            { Kind: AlertKinds.UnknownFace } => _topics.Object(alert.Camera, rule),
            _ => _topics.Vendor(rule, alert.Camera, rule),
        });
        OnvifJson.Write(message.Payload, alert, rule, LabelOf(alert.Match), options.IncludeNames);
    }

    /// <inheritdoc/>
    public void Write(CameraReport report, MqttBatch to)
    {
        var message = Message(to, _topics.SignalLoss(report.Camera));
        message.Retain = true;
        OnvifJson.WriteSignalLoss(message.Payload, report);
    }

    /// <inheritdoc/>
    public void Write(OutputState state, MqttBatch to)
    {
        var message = Message(to, _topics.Relay(state.Id));
        message.Retain = true;
        OnvifJson.WriteRelay(message.Payload, state);
    }

    /// <inheritdoc/>
    public void WriteRemoved(CameraId camera, MqttBatch to) => Message(to, _topics.SignalLoss(camera)).Retain = true;

    private static MqttMessage Message(MqttBatch to, string topic)
    {
        var message = to.Add();
        message.Topic = topic;
        message.ContentType = "application/json";
        return message;
    }

    private string? LabelOf(AlertMatch? match) => match switch
    {
        null => null,
        _ when options.Blacklisted.Contains(match.Category) => "Blacklisted",
        _ when options.Whitelisted.Contains(match.Category) => "Whitelisted",
        _ => null,
    };

    /// <summary><c>unknown_face</c> is <c>UnknownFace</c>, as ONVIF writes names.</summary>
    private static string Word(string kind) =>
        string.Concat(kind.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
