using System.ComponentModel.DataAnnotations;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>REST and who may use it.</summary>
public sealed class ApiOptions : IValidatableObject
{
    /// <summary>
    /// Where REST listens: <c>https://HOST:PORT</c>, HOST being <c>*</c> (all addresses), <c>localhost</c> or an IP address.
    /// <c>http://</c> is taken on loopback only. Port 0 = any free one.
    /// </summary>
    [MinLength(1), MaxLength(16)]
    public IReadOnlyList<string> Listen { get; init; } = ["https://*:8443"];

    /// <summary>PEM file of the certificate with its chain; empty: one of this box's own, made at first start.</summary>
    public string CertificateFile { get; init; } = "";

    /// <summary>PEM file of the certificate's private key, not encrypted, mode 0600.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Swagger UI at <c>/swagger</c>.</summary>
    public bool Swagger { get; init; } = true;

    /// <summary>How long a login lasts (1 min to 30 days).</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Requests per minute and client before 429 (10 to 100000).</summary>
    [Range(10, 100_000)]
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>Logins, claims and image searches per minute and client before 429 (1 to 1000).</summary>
    [Range(1, 1000)]
    public int CostlyRequestsPerMinute { get; init; } = 30;

    /// <summary>Largest JSON body in bytes (1 KiB to 16 MiB).</summary>
    [Range(1 << 10, 16 << 20)]
    public int MaxBodyBytes { get; init; } = 1 << 20;

    /// <summary>Largest photo in bytes (64 KiB to 64 MiB).</summary>
    [Range(64 << 10, 64 << 20)]
    public int MaxPhotoBytes { get; init; } = 20 << 20;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (var i = 0; i < Listen.Count; i++)
        {
            if (ListenAddress.WhyNot(Listen[i]) is { } fault)
                yield return new(fault, [$"{nameof(Listen)}[{i}]"]);
        }

        if ((CertificateFile.Length == 0) != (KeyFile.Length == 0))
            yield return new("CertificateFile and KeyFile go together", [CertificateFile.Length == 0 ? nameof(CertificateFile) : nameof(KeyFile)]);
    }
}
