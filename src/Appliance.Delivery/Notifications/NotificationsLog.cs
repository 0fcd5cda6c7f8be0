using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Notifications;

/// <summary>Ids 1680–1699.</summary>
internal static partial class NotificationsLog
{
    [LoggerMessage(1680, LogLevel.Warning, "Notification {Target}: {Reason}; tried again until it works or is too old")]
    public static partial void NotificationFailing(this ILogger logger, string target, string reason);

    [LoggerMessage(1681, LogLevel.Information, "Notification {Target} works again")]
    public static partial void NotificationWorks(this ILogger logger, string target);

    [LoggerMessage(1682, LogLevel.Error, "Notification {Target}: alert {Seq} will not be sent: {Reason}")]
    public static partial void NotificationAbandoned(this ILogger logger, string target, long seq, string reason);

    [LoggerMessage(1683, LogLevel.Error, "Notification {Target} was interrupted; it goes on in {Pause}")]
    public static partial void NotificationInterrupted(this ILogger logger, string target, TimeSpan pause, Exception error);
}
