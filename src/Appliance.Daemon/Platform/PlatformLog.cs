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

    [LoggerMessage(1724, LogLevel.Information, "The machine goes down; after {Waited}: {Unwritten} alerts not written, {Undelivered} not delivered")]
    public static partial void ShutdownPrepared(this ILogger logger, TimeSpan waited, int unwritten, long undelivered);

    [LoggerMessage(1725, LogLevel.Warning, "The change of {Interface} was not confirmed in time; NetworkManager took it back")]
    public static partial void NetworkTakenBack(this ILogger logger, string @interface);
}
