using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Appliance.FabricGateway.Configuration;

/// <summary>HTTPS for boxes.</summary>
public sealed class HttpsOptions : IValidatableObject
{
    /// <summary>Whether boxes are served over HTTPS.</summary>
    public bool Enabled { get; init; }

    /// <summary>Address to listen on; <c>*</c> = all.</summary>
    [Required, StringLength(100, MinimumLength = 1)]
    public string Address { get; init; } = "*";

    /// <summary>Port (0 = any free one, for tests).</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 8444;

    /// <summary>PEM file of our certificate with its chain; read again when it changes.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file of its private key, not encrypted.</summary>
    public string? KeyFile { get; init; }

    /// <summary>PEM files of authorities that may vouch for boxes.</summary>
    public IReadOnlyList<string> ClientCaFiles { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address != "*" && !IPAddress.TryParse(Address, out _))
            yield return new("must be * or an IP address", [nameof(Address)]);
        if (!Enabled)
            yield break;
        if (CertFile is null)
            yield return new("must be given when Https is enabled", [nameof(CertFile)]);
        if (KeyFile is null)
            yield return new("must be given when Https is enabled", [nameof(KeyFile)]);
    }
}

/// <summary>The site's MQTT broker.</summary>
public sealed class BrokerOptions : IValidatableObject
{
    /// <summary>Whether boxes are heard over MQTT.</summary>
    public bool Enabled { get; init; }

    /// <summary>Name or address of the broker; with TLS it must be in its certificate.</summary>
    [Required, StringLength(253, MinimumLength = 1)]
    public string Host { get; init; } = "localhost";

    /// <summary>TCP port; null = 8883 with TLS, else 1883.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>Encrypt, and check the broker's certificate.</summary>
    public bool Tls { get; init; }

    /// <summary>PEM file of the authorities that may vouch for the broker; null = those of the operating system.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of our client certificate; null = none. Needs <see cref="KeyFile"/>.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file of its private key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>User name at the broker; null = anonymous or by certificate.</summary>
    [StringLength(256, MinimumLength = 1)]
    public string? Username { get; init; }

    /// <summary>File whose first line is the password; read at every connect.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Client id; the broker keeps our session under it while we are away.</summary>
    [Required, StringLength(128, MinimumLength = 1)]
    public string ClientId { get; init; } = "watchpost-fabric-gateway";

    /// <summary>First part of the boxes' topics: <c>ROOT/SERIAL/evidence/…</c>.</summary>
    [Required, RegularExpression("^[^/#+$\\u0000][^#+\\u0000]{0,99}(?<!/)$", ErrorMessage = "must be a topic without # and +, not starting or ending with /")]
    public string TopicRoot { get; init; } = "ea";

    /// <summary>How long the broker keeps our session, and what boxes said, while we are away (1 min to 30 days).</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Silence after which both ends ask each other for a sign of life (5 s to 10 min).</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>First pause after a lost connection; doubles from there (100 ms to 1 min).</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ReconnectFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between attempts (1 s to 10 min).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ReconnectLongest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The port in use.</summary>
    public int EffectivePort => Port ?? (Tls ? 8883 : 1883);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((CertFile is null) != (KeyFile is null))
            yield return new("CertFile and KeyFile go together", [nameof(CertFile)]);
        if (!Tls && (CaFile ?? CertFile) is not null)
            yield return new("CaFile and CertFile have no effect without Tls", [nameof(Tls)]);
        if (PasswordFile is not null && Username is null)
            yield return new("A password needs a Username", [nameof(Username)]);
        if (ReconnectLongest < ReconnectFirst)
            yield return new("ReconnectLongest is shorter than ReconnectFirst", [nameof(ReconnectLongest)]);
    }
}

/// <summary>Health and metrics for this machine: plain HTTP, on loopback only.</summary>
public sealed class ObserveOptions
{
    /// <summary>Port on 127.0.0.1 of <c>/health</c> and <c>/metrics</c> (0 = any free one).</summary>
    [Range(0, 65535)]
    public int Port { get; init; } = 9464;

    /// <summary>Days before the end of a certificate from which it is a reason in health.</summary>
    [Range(1, 365)]
    public int CertificateDays { get; init; } = 30;
}
