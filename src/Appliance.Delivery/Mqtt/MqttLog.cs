using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Mqtt;

/// <summary>Ids 1500–1599.</summary>
internal static partial class MqttLog
{
    [LoggerMessage(1500, LogLevel.Information, "MQTT connected to {Broker} as {ClientId} (session kept: {SessionPresent})")]
    public static partial void Connected(this ILogger logger, string broker, string clientId, bool sessionPresent);

    [LoggerMessage(1501, LogLevel.Warning, "MQTT {Broker}: {State}: {Reason}; trying again until it works")]
    public static partial void ConnectionFailed(this ILogger logger, string broker, MqttState state, string reason);

    [LoggerMessage(1502, LogLevel.Information, "MQTT disconnected from {Broker}")]
    public static partial void Disconnected(this ILogger logger, string broker);

    [LoggerMessage(1503, LogLevel.Error, "MQTT {Broker} refuses to take {Topic}: {Reason}")]
    public static partial void PublishRefused(this ILogger logger, string broker, string topic, string reason);

    [LoggerMessage(1504, LogLevel.Information, "MQTT {Broker} takes messages again")]
    public static partial void PublishAccepted(this ILogger logger, string broker);

    [LoggerMessage(1505, LogLevel.Warning, "MQTT {Broker} refuses the subscription {Filter}: {Reason}")]
    public static partial void SubscribeRefused(this ILogger logger, string broker, string filter, string reason);

    [LoggerMessage(1506, LogLevel.Error, "A handler of messages to {Topic} failed")]
    public static partial void HandlerFailed(this ILogger logger, string topic, Exception error);

    [LoggerMessage(1507, LogLevel.Error, "A listener to the state of the MQTT session failed")]
    public static partial void HealthListenerFailed(this ILogger logger, Exception error);

    [LoggerMessage(1510, LogLevel.Error, "Delivery to {Destination} interrupted; next attempt in {Pause}")]
    public static partial void DeliveryInterrupted(this ILogger logger, string destination, TimeSpan pause, Exception error);

    [LoggerMessage(1511, LogLevel.Error, "{Count} alerts delivered to {Destination} could not be marked so; next attempt in {Pause}")]
    public static partial void CompletionFailed(
        this ILogger logger, int count, string destination, TimeSpan pause, Exception error);

    [LoggerMessage(1520, LogLevel.Warning, "{Count} messages of consumers could not be used; the last: {Reason}")]
    public static partial void ConsumerMessageRefused(this ILogger logger, long count, string reason);

    [LoggerMessage(1521, LogLevel.Information, "{Count} alerts are sent to {Destination} again: they were not acknowledged in time")]
    public static partial void Redelivering(this ILogger logger, int count, string destination);

    [LoggerMessage(1522, LogLevel.Information, "{Count} alerts of {First} to {Last} are sent again: {Consumer} asked for them")]
    public static partial void Replaying(this ILogger logger, int count, long first, long last, string consumer);

    [LoggerMessage(1523, LogLevel.Error, "Acknowledgements cannot be noted; next attempt in {Pause}")]
    public static partial void ConsumersInterrupted(this ILogger logger, TimeSpan pause, Exception error);
}
