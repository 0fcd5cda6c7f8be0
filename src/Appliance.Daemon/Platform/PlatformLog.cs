namespace Appliance.Daemon.Platform;

/// <summary>Ids 1721–1749, of the host's block.</summary>
internal static partial class PlatformLog
{
    [LoggerMessage(1721, LogLevel.Information, "Clock: {State}, says {Source}")]
    public static partial void ClockChanged(this ILogger logger, string state, string source);

    [LoggerMessage(1722, LogLevel.Warning, "The clock was set by {By}: from {From:O} to {To:O}")]
    public static partial void ClockJumped(this ILogger logger, TimeSpan by, DateTimeOffset from, DateTimeOffset to);

    [LoggerMessage(1723, LogLevel.Error, "Watching {What} failed; it goes on")]
    public static partial void WatchFailed(this ILogger logger, string what, Exception error);
}
