using Appliance.Core.Alerts;

namespace Appliance.Delivery.Mqtt.Frigate;

/// <summary>Alerts as Frigate's reviews, from the outbox: the part of Frigate's topics that must not be lost.</summary>
internal sealed class FrigateDialect(FrigateTopics topics, bool includeNames) : IMqttDialect
{
    /// <inheritdoc/>
    public string Name => "frigate";

    /// <inheritdoc/>
    public void Write(Alert alert, MqttBatch to)
    {
        foreach (var ended in (bool[])[false, true])
        {
            var message = to.Add();
            message.Topic = topics.Reviews;
            message.ContentType = "application/json";
            FrigateJson.WriteReview(message.Payload, alert, ended, includeNames);
        }
    }
}
