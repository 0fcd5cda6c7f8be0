using System.ComponentModel.DataAnnotations;
using Appliance.Core.Alerts;

namespace Appliance.Delivery.Notifications;

/// <summary>Who is told of alerts outside of the site's systems: webhooks, e-mail, text messages.</summary>
public sealed class NotificationsOptions : IValidatableObject
{
    /// <summary>Names of people in messages. Off: the id of the entry instead.</summary>
    public bool IncludeNames { get; init; } = true;

    /// <summary>IANA time zone of times in messages and of quiet hours, e.g. <c>Europe/Zurich</c>. Empty: UTC.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Hours in which only critical alerts are sent.</summary>
    public QuietHours Quiet { get; init; } = new();

    /// <summary>
    /// After a message, the same target hears no more of the same person for this long (0 to 24 h); of alerts without a person: of
    /// the same kind on the same camera.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A message that could not be sent for so long is given up, which health and the audit log say (1 min to 7 days).</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Own words for those of the program, e.g. <c>critical</c> → <c>kritisch</c>.</summary>
    [MaxLength(100)]
    public IReadOnlyList<WordOptions> Words { get; init; } = [];

    /// <summary>HTTP endpoints.</summary>
    [MaxLength(16)]
    public IReadOnlyList<WebhookOptions> Webhooks { get; init; } = [];

    /// <summary>Mail receivers.</summary>
    [MaxLength(16)]
    public IReadOnlyList<EmailOptions> Emails { get; init; } = [];

    /// <summary>Receivers of text messages, sent by the box's own modem.</summary>
    [MaxLength(16)]
    public IReadOnlyList<SmsOptions> Sms { get; init; } = [];

    /// <summary>All of them.</summary>
    internal IEnumerable<NotificationTargetOptions> Targets => Webhooks.Cast<NotificationTargetOptions>().Concat(Emails).Concat(Sms);

    /// <exception cref="TimeZoneNotFoundException">There is none of this name.</exception>
    internal TimeZoneInfo Zone => TimeZone.Length == 0 ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (TimeZone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return new($"there is no time zone '{TimeZone}' (apt install tzdata?)", [nameof(TimeZone)]);
        foreach (var twice in Targets.GroupBy(target => target.Name).Where(group => group.Count() > 1))
            yield return new($"'{twice.Key}' is used for {twice.Count()} targets; names are of webhooks, mails and text messages together");
    }
}

/// <summary>A daily span of the site's local time; it may go over midnight.</summary>
public sealed class QuietHours
{
    /// <summary>Begin, e.g. <c>22:00:00</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "23:59:59")]
    public TimeSpan From { get; init; }

    /// <summary>End, e.g. <c>06:00:00</c>; the same as the begin = never quiet.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "23:59:59")]
    public TimeSpan Until { get; init; }

    internal bool Covers(TimeSpan local) => From <= Until ? local >= From && local < Until : local >= From || local < Until;
}

/// <summary>A word of the program and what to say instead.</summary>
public sealed class WordOptions
{
    /// <summary>The program's word: a severity, a kind of alert, a category.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string Word { get; init; } = "";

    /// <summary>What is said.</summary>
    [Required, StringLength(100, MinimumLength = 1)]
    public string Text { get; init; } = "";
}

/// <summary>What all targets have.</summary>
public abstract class NotificationTargetOptions : IValidatableObject
{
    /// <summary>Name, for rules and health: 1–32 of a–z, 0–9, '_' and '-'.</summary>
    [Required, RegularExpression("^[a-z0-9_-]{1,32}$", ErrorMessage = "must be 1–32 of a–z, 0–9, '_' and '-'")]
    public string Name { get; init; } = "";

    /// <summary>Least urgency of alerts whose rule names no target: Info, Warning or Critical.</summary>
    public Severity From { get; init; } = Severity.Warning;

    /// <summary>Whether the site's quiet hours hold for it; critical alerts pass anyway.</summary>
    public bool KeepsQuietHours { get; init; } = true;

    /// <summary>What is written, see docs/notifications.md for the placeholders.</summary>
    [Required, StringLength(1000, MinimumLength = 1)]
    public virtual string Text { get; init; } = "{severity}: {kind} {person} on {camera} at {time} ({box})";

    public virtual IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Check(Text, nameof(Text));

    private protected static IEnumerable<ValidationResult> Check(string template, string member)
    {
        if (MessageTemplate.WhyNot(template) is { } reason)
            yield return new(reason, [member]);
    }
}
