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
/// <param name="clock">Dates states whose report does not say since when.</param>
public sealed class OnvifDialect(string prefix, OnvifDialectOptions options, TimeProvider clock) : IMqttDialect
{
    private const string OccupancyRule = "Occupancy";

    private static readonly (SceneFaults Fault, string State)[] s_scene =
    [
        (SceneFaults.SceneChange, "GlobalSceneChange"),
        (SceneFaults.TooDark, "ImageTooDark"),
        (SceneFaults.TooBright, "ImageTooBright"),
        (SceneFaults.TooBlurry, "ImageTooBlurry"),
    ];

    private (bool Failed, DateTimeOffset Since)? _storage;
    private readonly OnvifTopics _topics = new(prefix);

    /// <inheritdoc/>
    public string Name => "onvif";

    /// <inheritdoc/>
    public void Write(Alert alert, MqttBatch to)
    {
        var rule = alert.Kind == AlertKinds.LineCrossing && alert.Zone.Length > 0 ? Segment(alert.Zone) : Word(alert.Kind);
        var message = Message(to, alert switch
        {
            { Kind: AlertKinds.LineCrossing } => _topics.LineCrossed(alert.Camera, rule),
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
    public void Write(OccupancyReport report, MqttBatch to)
    {
        var rule = report.Zone is { } zone ? Segment(zone) : OccupancyRule;
        OnvifJson.WriteProperty(
            State(to, _topics.OccupancyCounter(report.Camera, rule)), report.Since, ("VideoSource", report.Camera.Value), ("Rule", rule),
            "Count", report.Count);
        if (report.Zone is not null)
        {
            OnvifJson.WriteProperty(
                State(to, _topics.ObjectsInside(report.Camera, rule)), report.Since, ("VideoSource", report.Camera.Value), ("Rule", rule),
                "IsInside", report.IsOccupied);
        }
    }

    /// <inheritdoc/>
    public void Write(TamperReport report, MqttBatch to)
    {
        foreach (var (fault, state) in s_scene)
        {
            OnvifJson.WriteProperty(
                State(to, _topics.Scene(state, report.Camera)), report.Since, ("VideoSource", report.Camera.Value), ("RuleName", state),
                "State", report.Faults.HasFlag(fault));
        }
    }

    /// <inheritdoc/>
    public void Write(InputReport report, MqttBatch to) => OnvifJson.WriteProperty(
        State(to, _topics.DigitalInput(report.Input)), report.Since, ("InputToken", report.Input), null, "LogicalState", report.Active);

    /// <inheritdoc/>
    public void Write(HealthReport report, MqttBatch to)
    {
        var failed = report.Faults.Any(fault => fault.Component == "store");
        if (_storage?.Failed != failed)
            _storage = (failed, clock.GetUtcNow());
        OnvifJson.WriteProperty(
            State(to, _topics.StorageFailure), _storage.Value.Since, ("Token", OnvifJson.StorageToken), null, "Failed", failed);
    }

    /// <inheritdoc/>
    public void WriteRemoved(CameraId camera, MqttBatch to)
    {
        State(to, _topics.SignalLoss(camera));
        State(to, _topics.OccupancyCounter(camera, OccupancyRule));
        foreach (var (_, state) in s_scene)
            State(to, _topics.Scene(state, camera));
    }

    /// <inheritdoc/>
    public void WriteRemoved(CameraId camera, string zone, MqttBatch to)
    {
        State(to, _topics.OccupancyCounter(camera, Segment(zone)));
        State(to, _topics.ObjectsInside(camera, Segment(zone)));
    }

    /// <inheritdoc/>
    public void WriteRemoved(OutputEntry output, MqttBatch to) => State(to, _topics.Relay(output.Output));

    /// <inheritdoc/>
    public void WriteRemoved(InputEntry input, MqttBatch to) => State(to, _topics.DigitalInput(input.Input));

    /// <summary>A retained message; a property that is gone is an empty one.</summary>
    private static System.Buffers.IBufferWriter<byte> State(MqttBatch to, string topic)
    {
        var message = Message(to, topic);
        message.Retain = true;
        return message.Payload;
    }

    /// <summary>A name as one level of a topic.</summary>
    private static string Segment(string name) =>
        new([.. name.Select(c => c is '/' or '#' or '+' or '&' || char.IsControl(c) ? '_' : c)]);

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
