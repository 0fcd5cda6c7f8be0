using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Appliance.Delivery.Anchoring;

/// <summary>The ways to the companion (fabric-gateway), which writes signed headers of the evidence log to a ledger.</summary>
public sealed class AnchoringOptions
{
    /// <summary>Straight to the companion.</summary>
    [ValidateObjectMembers]
    public AnchoringHttpsOptions Https { get; init; } = new();

    /// <summary>Over the site's broker.</summary>
    public AnchoringMqttOptions Mqtt { get; init; } = new();
}

/// <summary>The companion over HTTPS with a certificate on both sides.</summary>
public sealed class AnchoringHttpsOptions : IValidatableObject
{
    /// <summary>Whether headers go this way.</summary>
    public bool Enabled { get; init; }

    /// <summary>Where the companion listens: https://host:8444.</summary>
    [StringLength(2000)]
    public string Address { get; init; } = "";

    /// <summary>PEM file of the authorities that may vouch for the companion; null = those of the operating system.</summary>
    public string? Authority { get; init; }

    /// <summary>PEM file of this box's client certificate with its chain; null = the device certificate (<c>device.crt</c>). Needs <see cref="Key"/>.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of the private key for <see cref="Certificate"/>, not encrypted, mode 0600.</summary>
    public string? Key { get; init; }

    /// <summary>Longest time for one request (1 s to 2 min).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Enabled && Address.Length == 0)
            yield return new("must be given, e.g. https://companion.example:8444", [nameof(Address)]);
        else if (Address.Length > 0 && !(Uri.TryCreate(Address, UriKind.Absolute, out var url) && url.Scheme == "https"))
            yield return new("must begin with https://", [nameof(Address)]);
        else if (Address.Length > 0 && new Uri(Address) is var given && (given.UserInfo.Length > 0 || given.Query.Length > 0 || given.Fragment.Length > 0))
            yield return new("must not hold a password, a query or a fragment", [nameof(Address)]);
        if (Certificate is null != Key is null)
            yield return new("give Certificate and Key, or neither of them", [Certificate is null ? nameof(Certificate) : nameof(Key)]);
    }
}

/// <summary>The companion over the broker of <c>Mqtt</c>.</summary>
public sealed class AnchoringMqttOptions
{
    /// <summary>Whether headers go this way; needs <c>Mqtt.Enabled</c>.</summary>
    public bool Enabled { get; init; }
}
