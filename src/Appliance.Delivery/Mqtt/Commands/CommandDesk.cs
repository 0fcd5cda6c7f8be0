using Appliance.Core.Outputs;
using Appliance.Delivery.Mqtt.Native;
using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Mqtt.Commands;

/// <summary>
/// Takes commands to outputs from the broker to the gate that all commands pass. Whatever becomes of one, the output's true state is
/// said again, so that a consumer that showed its wish shows the truth.
/// </summary>
internal sealed class CommandDesk(MqttLink link, NativeTopics topics, Func<IOutputCommands?> gate, ILogger logger)
{
    private string _lastRefusal = "";

    /// <summary>
    /// QoS 0: a broker keeps no such message for a box that is away. A siren that rings hours after somebody asked for it is a
    /// danger, a command that was lost is asked again.
    /// </summary>
    public void Open() => link.Subscribe(topics.OutputSet("+"), qos: 0, Take);

    private void Take(MosquittoMessage message)
    {
        var output = new OutputId(message.Topic.Split('/')[^2]);
        var refusal = Refusal(message, output) ?? "";
        // Said once: whoever sends nonsense sends it again, and the log is for people.
        if (refusal.Length > 0 && refusal != _lastRefusal)
            logger.CommandRefused(message.Topic, refusal);
        _lastRefusal = refusal;
        link.Repeat(topics.OutputState(output));
    }

    private string? Refusal(MosquittoMessage message, OutputId output)
    {
        // Somebody asked once and the broker asks for ever.
        if (message.Retain)
            return "a retained command is none";
        if (OutputCommandText.Parse(message.Payload, out var whyNot) is not { } action)
            return whyNot;

        // MQTT does not say who published: the broker's ACL knows who may.
        return gate()?.Do(new(output, action, OutputSource.Mqtt, "a consumer", message.Topic)) is { IsTaken: true }
            ? null
            : $"not taken for '{output}'; the audit log says why";
    }
}
