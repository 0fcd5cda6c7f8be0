using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Appliance.Delivery.Notifications;

/// <summary>How the connection to a mail server is protected.</summary>
public enum MailSecurity
{
    /// <summary>STARTTLS, usually port 587; a server without it is refused.</summary>
    StartTls,

    /// <summary>TLS from the first byte, usually port 465.</summary>
    Tls,

    /// <summary>Not at all; only for a relay on this machine, and without a password.</summary>
    None,
}

/// <summary>A mail for each alert.</summary>
public sealed partial class EmailOptions : NotificationTargetOptions
{
    /// <summary>Mail server.</summary>
    [Required, StringLength(253, MinimumLength = 1)]
    public string Host { get; init; } = "";

    /// <summary>TCP port (1–65535); null = 587, or 465 with Tls, or 25 with None.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>StartTls, Tls or None.</summary>
    public MailSecurity Security { get; init; }

    /// <summary>PEM file of the authorities that may vouch for the server; null = those of the operating system.</summary>
    public string? CaFile { get; init; }

    /// <summary>User name; null = without logging in.</summary>
    public string? Username { get; init; }

    /// <summary>Password; or use the file.</summary>
    public string? Password { get; init; }

    /// <summary>File whose first line is the password, mode 0600.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Address that the mail comes from.</summary>
    [Required]
    public string Sender { get; init; } = "";

    /// <summary>Addresses that get it (1 to 20).</summary>
    [MinLength(1), MaxLength(20)]
    public IReadOnlyList<string> Receivers { get; init; } = [];

    /// <summary>Subject, with placeholders.</summary>
    [Required, StringLength(200, MinimumLength = 1)]
    public string Subject { get; init; } = "[{box}] {severity}: {kind} on {camera}";

    /// <summary>Longest time for one attempt (1 s to 2 min).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    internal int EffectivePort => Port ?? Security switch
    {
        MailSecurity.Tls => 465,
        MailSecurity.None => 25,
        _ => 587,
    };

    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var fault in base.Validate(validationContext).Concat(Check(Subject, nameof(Subject))))
            yield return fault;
        if (!Address().IsMatch(Sender))
            yield return new("must be a mail address", [nameof(Sender)]);
        foreach (var receiver in Receivers.Where(receiver => !Address().IsMatch(receiver)))
            yield return new($"'{new string([.. receiver.Where(c => !char.IsControl(c)).Take(80)])}' is not a mail address", [nameof(Receivers)]);
        if (Security == MailSecurity.None && Username is not null)
            yield return new("a password is never sent without encryption", [nameof(Security)]);
        if (Username is not null && Password is null == PasswordFile is null)
            yield return new("give Password or PasswordFile", [nameof(Password)]);
    }

    // ASCII, no quoted local parts: what every server takes, and nothing that could leave its place in a command.
    [GeneratedRegex(@"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$")]
    private static partial Regex Address();
}
