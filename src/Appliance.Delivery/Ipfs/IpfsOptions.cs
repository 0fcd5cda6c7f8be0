using System.ComponentModel.DataAnnotations;

namespace Appliance.Delivery.Ipfs;

/// <summary>What of the evidence an IPFS node is given. Whoever knows an address there may read what lies behind it.</summary>
public enum IpfsContent
{
    /// <summary>Manifest and proof: digests, signature, place in the log. No picture.</summary>
    Manifest,

    /// <summary>Also the artefacts as they lie on the disk: encrypted, with keys that never leave the box.</summary>
    Encrypted,

    /// <summary>Also the artefacts in the clear, bystanders pixelated.</summary>
    Masked,

    /// <summary>Also the artefacts in the clear, as recorded.</summary>
    Original,
}

/// <summary>Pinning of evidence on an IPFS node.</summary>
public sealed class IpfsOptions : IValidatableObject
{
    /// <summary>Pin evidence on a node once its batch of the log is closed; evidence from before is caught up with.</summary>
    public bool Enabled { get; init; }

    /// <summary>RPC address of the node (Kubo): https://…; http:// only to this machine.</summary>
    [StringLength(2000, MinimumLength = 1)]
    public string Address { get; init; } = "http://127.0.0.1:5001";

    /// <summary>Bearer token of the node (Kubo: API.Authorizations); empty = none. Prefer <see cref="TokenFile"/>.</summary>
    public string Token { get; init; } = "";

    /// <summary>File whose first line is the token, mode 0600.</summary>
    public string? TokenFile { get; init; }

    /// <summary>PEM file of the authorities that may vouch for the node; null = those of the operating system.</summary>
    public string? CaFile { get; init; }

    /// <summary>
    /// What is pinned: Manifest (with its proof; no picture), Encrypted (also the artefacts as they lie on the disk), Masked (also in the
    /// clear, bystanders pixelated) or Original (also in the clear, as recorded). What is pinned may be read by anybody who knows its address.
    /// </summary>
    public IpfsContent Content { get; init; }

    /// <summary>Longest time for one file (1 s to 1 h).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Address, UriKind.Absolute, out var url) || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)))
            yield return new("must begin with https:// (http:// only to this machine)", [nameof(Address)]);
        else if (url.UserInfo.Length > 0)
            yield return new("must not hold a password", [nameof(Address)]);
        if (Token.Length > 0 && TokenFile is { Length: > 0 })
            yield return new("Token and TokenFile exclude each other", [nameof(TokenFile)]);
    }
}
