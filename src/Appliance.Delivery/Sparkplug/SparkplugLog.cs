using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Sparkplug;

/// <summary>Ids 1550–1599, the upper half of MQTT's block.</summary>
internal static partial class SparkplugLog
{
    [LoggerMessage(1550, LogLevel.Information, "Sparkplug connected to {Server} as {ClientId}, bdSeq {BirthDeath}")]
    public static partial void SessionBegan(this ILogger logger, string server, string clientId, int birthDeath);

    [LoggerMessage(1551, LogLevel.Information, "Sparkplug waits for the primary host {Host} on {Server}")]
    public static partial void WaitsForHost(this ILogger logger, string host, string server);

    [LoggerMessage(1552, LogLevel.Information, "Sparkplug births published to {Server}: node and {Devices} devices")]
    public static partial void Born(this ILogger logger, string server, int devices);

    [LoggerMessage(1553, LogLevel.Warning, "Sparkplug {Server}: {Reason}; trying again until it works")]
    public static partial void SessionFailed(this ILogger logger, string server, string reason);

    [LoggerMessage(1554, LogLevel.Information, "Sparkplug left {Server}: {Reason}")]
    public static partial void SessionLeft(this ILogger logger, string server, string reason);

    [LoggerMessage(1555, LogLevel.Information, "Sparkplug command {Metric} = {Value} carried out")]
    public static partial void CommandDone(this ILogger logger, string metric, bool value);

    [LoggerMessage(1556, LogLevel.Warning, "Sparkplug command {Metric} refused: {Reason}")]
    public static partial void CommandRefused(this ILogger logger, string metric, string reason);

    [LoggerMessage(1557, LogLevel.Warning, "Sparkplug {Server} refuses the subscription {Filter}: {Reason}")]
    public static partial void SubscribeRefused(this ILogger logger, string server, string filter, string reason);

    [LoggerMessage(1558, LogLevel.Error, "Sparkplug alerts wait; next attempt in {Pause}")]
    public static partial void AlertsInterrupted(this ILogger logger, TimeSpan pause, Exception error);

    [LoggerMessage(1559, LogLevel.Error, "Sparkplug session could not begin or go on")]
    public static partial void SessionBroke(this ILogger logger, Exception error);

    [LoggerMessage(1560, LogLevel.Error, "Sparkplug could not reboot the box")]
    public static partial void RebootFailed(this ILogger logger, Exception error);
}
