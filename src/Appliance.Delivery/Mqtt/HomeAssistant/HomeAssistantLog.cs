using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Mqtt.HomeAssistant;

/// <summary>Ids 1540–1549.</summary>
internal static partial class HomeAssistantLog
{
    [LoggerMessage(1540, LogLevel.Information, "Announced to Home Assistant at {Topic}: {Count} entities, {Removed} removed")]
    public static partial void Announced(this ILogger logger, string topic, int count, int removed);

    [LoggerMessage(1541, LogLevel.Information, "Withdrawn from Home Assistant at {Topic}")]
    public static partial void Withdrawn(this ILogger logger, string topic);

    [LoggerMessage(1542, LogLevel.Error, "The announcement to Home Assistant failed; next attempt in a minute")]
    public static partial void AnnouncementFailed(this ILogger logger, Exception error);
}
