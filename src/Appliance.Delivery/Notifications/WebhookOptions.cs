using System.ComponentModel.DataAnnotations;

namespace Appliance.Delivery.Notifications;

/// <summary>An HTTP endpoint that gets each alert as JSON, signed as Standard Webhooks ask for.</summary>
public sealed class WebhookOptions : NotificationTargetOptions
{
    /// <summary>Where to: https://…; http:// only to this machine.</summary>
    [Required, StringLength(2000, MinimumLength = 1)]
    public string Url { get; init; } = "";

    /// <summary>Shared secret: <c>whsec_</c> and base64 of 24 to 64 bytes. Empty: the file's.</summary>
    public string Secret { get; init; } = "";

    /// <summary>File whose first line is the secret, mode 0600.</summary>
    public string? SecretFile { get; init; }

    /// <summary>PEM file of the authorities that may vouch for the receiver; null = those of the operating system.</summary>
    public string? CaFile { get; init; }

    /// <summary>Longest time for one attempt (1 s to 1 min).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var fault in base.Validate(validationContext))
            yield return fault;
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)))
            yield return new("must begin with https:// (http:// only to this machine)", [nameof(Url)]);
        else if (url.UserInfo.Length > 0)
            yield return new("must not hold a password", [nameof(Url)]);
        if ((Secret.Length > 0) == (SecretFile is { Length: > 0 }))
            yield return new("give Secret or SecretFile", [nameof(Secret)]);
        else if (Secret.Length > 0 && WebhookSignature.ParseSecret(Secret) is null)
            yield return new("must be whsec_ and base64 of 24 to 64 bytes, e.g. of: openssl rand -base64 32", [nameof(Secret)]);
    }
}
