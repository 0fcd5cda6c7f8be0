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
}
