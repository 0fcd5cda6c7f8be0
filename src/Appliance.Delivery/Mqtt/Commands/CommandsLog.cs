using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Mqtt.Commands;

/// <summary>Ids 1550–1559.</summary>
internal static partial class CommandsLog
{
    [LoggerMessage(1550, LogLevel.Warning, "Command at {Topic} refused: {Reason}")]
    public static partial void CommandRefused(this ILogger logger, string topic, string reason);
}
