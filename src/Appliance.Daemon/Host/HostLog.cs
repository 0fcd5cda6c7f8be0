namespace Appliance.Daemon.Host;

/// <summary>Ids 1700–1749; the endpoints' are 1750–1799.</summary>
internal static partial class HostLog
{
    [LoggerMessage(1700, LogLevel.Information, "Watchpost {Version} started as {Serial}; REST on {Addresses}")]
    public static partial void Started(this ILogger logger, string version, string serial, string addresses);

    [LoggerMessage(1701, LogLevel.Information, "Stopping")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(1702, LogLevel.Warning, "The pipeline makes no progress; the watchdog is not fed")]
    public static partial void WatchdogStarved(this ILogger logger);

    [LoggerMessage(1703, LogLevel.Error, "The heartbeat failed; the next one tries again")]
    public static partial void BeatFailed(this ILogger logger, Exception error);

    [LoggerMessage(1704, LogLevel.Error, "Maintenance of the store failed and is tried again in an hour: {Reason}")]
    public static partial void MaintenanceFailed(this ILogger logger, string reason);

    [LoggerMessage(1705, LogLevel.Error, "{Count} alerts were given up: {Destination} never took seq {First} to {Last} within the retention time")]
    public static partial void GivenUp(this ILogger logger, long count, string destination, long first, long last);

    [LoggerMessage(1706, LogLevel.Warning, "The box is not claimed yet; its one-time claim code was printed on standard output")]
    public static partial void Unclaimed(this ILogger logger);

    [LoggerMessage(1720, LogLevel.Error, "Alerts go out unsigned: the device key or certificate cannot be used")]
    public static partial void AlertsUnsigned(this ILogger logger, Exception error);
}
