using System.Runtime.CompilerServices;

namespace Appliance.Fabric;

/// <summary>A ledger with its members: what Fabric calls a channel.</summary>
public sealed class Network
{
    private readonly Session _session;

    internal Network(Session session, string name) => (_session, Name) = (session, name);

    public string Name { get; }

    /// <param name="chaincodeName">Name it was deployed under.</param>
    /// <param name="contractName">One of several contracts in it; null = its default one.</param>
    public Contract GetContract(string chaincodeName, string? contractName = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(chaincodeName);
        return new(_session, Name, chaincodeName, contractName);
    }

    /// <summary>Asks after a transaction of which only the id is left.</summary>
    public Commit NewCommit(string transactionId) => new(_session, Commit.Request(_session, Name, transactionId));

    /// <summary>
    /// Events of a chaincode, of valid transactions only, in the order of the ledger. Goes on until it is cancelled; a lost connection ends it
    /// with a <see cref="GatewayException"/>, and the caller begins again from its checkpoint.
    /// </summary>
    public async IAsyncEnumerable<ChaincodeEvent> GetChaincodeEventsAsync(
        string chaincodeName, ChaincodeEventsOptions? options = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var request = EventsRequest.Build(Name, chaincodeName, options ?? new(), _session.Identity.Creator);
        var signature = await _session.Identity.Sign(request, cancel).ConfigureAwait(false);
        await foreach (var block in _session.Client.ChaincodeEvents(new() { Request = request, Signature = signature }, cancel).ConfigureAwait(false))
        {
            foreach (var found in block.Events)
                yield return new(block.BlockNumber, found.TxId, found.ChaincodeId, found.EventName, found.Payload.Memory);
        }
    }
}
