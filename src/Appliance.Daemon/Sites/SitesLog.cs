namespace Appliance.Daemon.Sites;

/// <summary>Ids 1850–1869 of the pipeline's block.</summary>
internal static partial class SitesLog
{
    [LoggerMessage(1850, LogLevel.Warning, "gpsd at {Host}:{Port}: {Reason}")]
    public static partial void GpsdLost(this ILogger logger, string host, int port, string reason);

    [LoggerMessage(1851, LogLevel.Information, "gpsd at {Host}:{Port} answers")]
    public static partial void GpsdFound(this ILogger logger, string host, int port);

    [LoggerMessage(1852, LogLevel.Error, "The rules of the box could not be asked; the next round tries again")]
    public static partial void SiteFailed(this ILogger logger, Exception error);

    [LoggerMessage(1853, LogLevel.Information, "Alert {Alert} was not acknowledged: escalation step {Step}")]
    public static partial void Escalated(this ILogger logger, Core.Alerts.AlertId alert, int step);

    [LoggerMessage(1854, LogLevel.Error, "Escalations could not be looked after; the next round tries again")]
    public static partial void EscalationFailed(this ILogger logger, Exception error);

    [LoggerMessage(1855, LogLevel.Information, "{Count} alerts still wait for somebody to acknowledge them")]
    public static partial void EscalationsRestored(this ILogger logger, int count);
}
