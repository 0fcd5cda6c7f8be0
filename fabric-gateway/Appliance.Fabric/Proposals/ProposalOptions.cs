namespace Appliance.Fabric;

/// <summary>What a function is called with.</summary>
public sealed record ProposalOptions
{
    public static readonly ProposalOptions None = new();

    /// <summary>In the order of the function's parameters.</summary>
    public IReadOnlyList<ProposalArgument> Arguments { get; init; } = [];

    /// <summary>Seen by the endorsing peers' contracts, never written to the ledger: private data travels here.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> TransientData { get; init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>
    /// Membership names of the only organisations that may be asked; empty = the gateway finds out. Needed where transient data
    /// must not reach an organisation that the endorsement policy would ask.
    /// </summary>
    public IReadOnlyList<string> EndorsingOrganizations { get; init; } = [];
}
