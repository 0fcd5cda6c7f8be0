using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Appliance.Delivery.Sparkplug;

/// <summary>The box as a Sparkplug B 3.0 edge node, for SCADA; a session of its own beside that of <c>Mqtt</c>.</summary>
public sealed class SparkplugOptions : IValidatableObject
{
    /// <summary>Whether the box is an edge node.</summary>
    public bool Enabled { get; init; }

    /// <summary>Group of edge nodes, usually the site: 1–64 characters without +, / and #.</summary>
    [Required, RegularExpression("^[^+/#\\u0000]{1,64}$", ErrorMessage = "GroupId must be 1–64 characters without +, / and #")]
    public string GroupId { get; init; } = "watchpost";

    /// <summary>Name of this node within the group, without +, / and #; null = the serial number.</summary>
    [RegularExpression("^[^+/#\\u0000]{1,64}$", ErrorMessage = "EdgeNodeId must be 1–64 characters without +, / and #")]
    public string? EdgeNodeId { get; init; }

    /// <summary>Brokers, tried in this order, one at a time; empty = the broker of <c>Mqtt</c> with its TLS and credentials.</summary>
    [MaxLength(8), ValidateEnumeratedItems]
    public IReadOnlyList<SparkplugServerOptions> Servers { get; init; } = [];

    /// <summary>Host application that must be online before anything is published, and whose absence ends the session; null = none.</summary>
    [RegularExpression("^[^+/#\\u0000]{1,64}$", ErrorMessage = "PrimaryHost must be 1–64 characters without +, / and #")]
    public string? PrimaryHost { get; init; }

    /// <summary>How long a broker that says nothing of the primary host is given before the next one is tried (1 s to 1 h).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan HostWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Version of MQTT. 3.1.1 is what every SCADA broker takes.</summary>
    public SparkplugProtocol Protocol { get; init; } = SparkplugProtocol.V311;

    /// <summary>Numbers instead of names in data, which saves bytes; the births tell which is which.</summary>
    public bool UseAliases { get; init; }

    /// <summary>Whether SCADA may inhibit sirens, and switch the outputs with <c>AllowRemote</c>. Their limits hold in any case.</summary>
    public bool AllowCommands { get; init; }

    /// <summary>Whether SCADA may reboot the box.</summary>
    public bool AllowReboot { get; init; }

    /// <summary>Outputs that count as sirens; empty = those whose name begins with <c>siren</c>.</summary>
    public IReadOnlyList<string> Sirens { get; init; } = [];

    /// <summary>Changes kept in memory while there is no session (0–100000). Alerts are not among them: they wait on the disk.</summary>
    [Range(0, 100_000)]
    public int HistorySize { get; init; } = 10_000;

    /// <summary>How long a camera shows an alert as active (1 s to 1 h).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan AlertActiveFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Client id (1–128 characters); null = <c>ea-&lt;serial&gt;-sparkplug</c>.</summary>
    [StringLength(128, MinimumLength = 1)]
    public string? ClientId { get; init; }

    /// <summary>Silence after which both ends ask each other for a sign of life (5 s to 10 min); three halves of it is how long a death goes unseen.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one attempt to connect may take (1 s to 2 min).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>First pause after a session ended; doubles from there (100 ms to 1 min).</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ReconnectFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between attempts (1 s to 10 min).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ReconnectLongest { get; init; } = TimeSpan.FromMinutes(1);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ReconnectLongest < ReconnectFirst)
            yield return new("ReconnectLongest is shorter than ReconnectFirst", [nameof(ReconnectLongest)]);
    }
}

/// <summary>Versions of MQTT that Sparkplug allows.</summary>
public enum SparkplugProtocol
{
    /// <summary>MQTT 3.1.1.</summary>
    V311,

    /// <summary>MQTT 5.0.</summary>
    V5,
}

/// <summary>A broker for Sparkplug.</summary>
public sealed class SparkplugServerOptions : IValidatableObject
{
    /// <summary>Name or address; with TLS it must be in the broker's certificate.</summary>
    [Required, StringLength(253, MinimumLength = 1)]
    public string Host { get; init; } = "localhost";

    /// <summary>TCP port (1–65535); null = 8883 with TLS, else 1883.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>Encrypt, and check the broker's certificate.</summary>
    public bool Tls { get; init; }

    /// <summary>PEM file of the authorities that may vouch for the broker; null = those of the operating system.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of this box's client certificate with its chain; null = none. Needs <see cref="KeyFile"/>.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file of the private key for <see cref="CertFile"/>, not encrypted, mode 0600.</summary>
    public string? KeyFile { get; init; }

    /// <summary>User name at the broker; null = anonymous or by certificate.</summary>
    [StringLength(256, MinimumLength = 1)]
    public string? Username { get; init; }

    /// <summary>File that holds the password (its first line), e.g. a systemd credential; read at every connect.</summary>
    public string? PasswordFile { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((CertFile is null) != (KeyFile is null))
            yield return new("CertFile and KeyFile go together", [nameof(CertFile), nameof(KeyFile)]);
        if (!Tls && (CaFile ?? CertFile) is not null)
            yield return new("CaFile and CertFile have no effect without Tls", [nameof(Tls)]);
        if (PasswordFile is not null && Username is null)
            yield return new("A password needs a Username", [nameof(Username)]);
    }
}
