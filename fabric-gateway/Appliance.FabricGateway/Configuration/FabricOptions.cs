using System.ComponentModel.DataAnnotations;

namespace Appliance.FabricGateway.Configuration;

/// <summary>The Hyperledger Fabric network.</summary>
public sealed class FabricOptions : IValidatableObject
{
    /// <summary>The peer's gateway service, <c>https://HOST:PORT</c>.</summary>
    [Required, StringLength(500)]
    public string Endpoint { get; init; } = "https://localhost:7051";

    /// <summary>Name in the peer's certificate when it is not the endpoint's host; null = the host.</summary>
    [StringLength(253, MinimumLength = 1)]
    public string? ServerName { get; init; }

    /// <summary>PEM file of the TLS authorities of the peer's organisation; no other is believed.</summary>
    [Required, StringLength(4096, MinimumLength = 1)]
    public string? TlsCaFile { get; init; }

    /// <summary>PEM file of a client certificate for mutual TLS; null = none. Needs <see cref="TlsKeyFile"/>.</summary>
    public string? TlsCertFile { get; init; }

    /// <summary>PEM file of the private key for <see cref="TlsCertFile"/>.</summary>
    public string? TlsKeyFile { get; init; }

    /// <summary>Membership service provider of our organisation, e.g. <c>Org1MSP</c>.</summary>
    [Required, StringLength(200, MinimumLength = 1)]
    public string? MspId { get; init; }

    /// <summary>PEM file of the identity's certificate (P-256), as the network's CA issued it.</summary>
    [Required, StringLength(4096, MinimumLength = 1)]
    public string? CertFile { get; init; }

    /// <summary>PEM file of its private key, not encrypted, mode 0600.</summary>
    [Required, StringLength(4096, MinimumLength = 1)]
    public string? KeyFile { get; init; }

    /// <summary>Name of the channel.</summary>
    [Required, StringLength(249, MinimumLength = 1)]
    public string Channel { get; init; } = "evidence";

    /// <summary>Name under which the contract of <c>fabric-gateway/chaincode</c> was committed.</summary>
    [Required, StringLength(200, MinimumLength = 1)]
    public string Chaincode { get; init; } = "anchor";

    /// <summary>
    /// Whether the identity holds the contract's admin role. Then keys of boxes are registered and rotated on the ledger by the
    /// companion; otherwise they wait for <c>fabric-gateway device confirm</c> after the admin did it.
    /// </summary>
    public bool Admin { get; init; }

    /// <summary>Longest wait for endorsements (1 s to 2 min; the peer itself gives up after 30 s by default).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan EndorseTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest wait for the orderer's word, and for a query (1 s to 2 min).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan SubmitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Wait for the commit before the envelope is submitted again (1 s to 10 min).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromSeconds(60);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || uri.PathAndQuery != "/")
            yield return new("must be https://HOST:PORT", [nameof(Endpoint)]);
        if ((TlsCertFile is null) != (TlsKeyFile is null))
            yield return new("TlsCertFile and TlsKeyFile go together", [nameof(TlsCertFile)]);
    }
}

/// <summary>How transactions are made.</summary>
public sealed class AnchoringOptions : IValidatableObject
{
    /// <summary>Headers in one transaction (1 to 100, the contract's limit).</summary>
    [Range(1, 100)]
    public int MaxHeaders { get; init; } = 100;

    /// <summary>
    /// How long a header may wait for others before its transaction is made (0 to 5 min). Longer = fewer, larger transactions: about
    /// 5 kB of ledger each.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Gather { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Transactions under way at once (1 to 256).</summary>
    [Range(1, 256)]
    public int MaxInFlight { get; init; } = 32;

    /// <summary>First pause after a fault of the network; doubles from there (10 ms to 1 min).</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest such pause (1 s to 1 h).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RetryLongest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>After this wait for the ledger, an item is a reason in health (1 s to 7 days).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan LateAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Take in, check and simulate at the peer, but endorse and submit nothing. For a first connection to a network; the same as
    /// <c>run --dry-run</c>.
    /// </summary>
    public bool DryRun { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RetryLongest < RetryFirst)
            yield return new("RetryLongest is shorter than RetryFirst", [nameof(RetryLongest)]);
    }
}
