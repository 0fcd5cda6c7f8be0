using Appliance.Core.Alerts;

namespace Appliance.Delivery.Notifications;

/// <summary>What becomes of an alert at one target.</summary>
internal enum NotificationVerdict
{
    Send,

    /// <summary>Not meant for this target.</summary>
    NotForIt,
    Quiet,
    Cooldown,
    TooOld,
}

/// <summary>
/// Which alerts one target hears of. Times are the alert's own, so that a backlog is judged as it would have been at once. The
/// cooldown is kept in memory: after a restart a person may be told of once more. Not thread-safe.
/// </summary>
internal sealed class NotificationPolicy(NotificationTargetOptions target, NotificationsOptions options)
{
    private const int MostRemembered = 10_000;

    private readonly TimeZoneInfo _zone = options.Zone;
    private readonly Dictionary<string, DateTimeOffset> _sent = new(StringComparer.Ordinal);

    public NotificationVerdict Judge(Alert alert, DateTimeOffset now)
    {
        if (alert.Notify.Count > 0 ? !alert.Notify.Contains(target.Name) : alert.Severity < target.From)
            return NotificationVerdict.NotForIt;
        if (now - alert.Utc > options.GiveUpAfter)
            return NotificationVerdict.TooOld;
        if (target.KeepsQuietHours && alert.Severity < Severity.Critical
            && options.Quiet.Covers(TimeZoneInfo.ConvertTime(alert.Utc, _zone).TimeOfDay))
            return NotificationVerdict.Quiet;
        return options.Cooldown > TimeSpan.Zero
            && _sent.TryGetValue(Key(alert), out var last) && (alert.Utc - last).Duration() < options.Cooldown
                ? NotificationVerdict.Cooldown
                : NotificationVerdict.Send;
    }

    /// <summary>The target was told.</summary>
    public void Sent(Alert alert)
    {
        if (_sent.Count >= MostRemembered)
        {
            foreach (var (key, at) in _sent.ToList())
            {
                if ((alert.Utc - at).Duration() >= options.Cooldown)
                    _sent.Remove(key);
            }
        }

        if (_sent.Count < MostRemembered)
            _sent[Key(alert)] = alert.Utc;
    }

    // An escalation repeats an alert on purpose.
    private static string Key(Alert alert) => alert.Kind == AlertKinds.Escalation
        ? alert.Id.Value
        : alert.Match?.Person.Value ?? $"{alert.Kind} {alert.Camera.Value}";
}
