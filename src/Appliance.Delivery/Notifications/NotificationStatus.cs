namespace Appliance.Delivery.Notifications;

/// <summary>How a target does.</summary>
/// <param name="Name">Which.</param>
/// <param name="Kind">webhook, email or sms.</param>
/// <param name="Waiting">Alerts that it has not been asked about yet.</param>
/// <param name="Sent">Messages taken since start.</param>
/// <param name="Suppressed">Left out since start: quiet hours and cooldown.</param>
/// <param name="Abandoned">Refused for good or too old, since start; the audit log names each.</param>
/// <param name="LastSentAt">UTC; null = none since start.</param>
/// <param name="Fault">Why the last one did not go; null = it went.</param>
public sealed record NotificationStatus(
    string Name, string Kind, long Waiting, long Sent, long Suppressed, long Abandoned, DateTimeOffset? LastSentAt, string? Fault);

/// <summary>A message that will not be sent any more.</summary>
/// <param name="Target">To whom.</param>
/// <param name="AlertId">Of what.</param>
/// <param name="Seq">Its number; it can be queued again by it.</param>
/// <param name="Reason">Why.</param>
public sealed record AbandonedNotification(string Target, string AlertId, long Seq, string Reason);
