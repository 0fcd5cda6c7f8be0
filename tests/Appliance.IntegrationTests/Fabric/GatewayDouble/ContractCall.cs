using System.Text;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>A contract: returns what the function returns, throws <see cref="ContractError"/> to refuse.</summary>
internal delegate ValueTask<ReadOnlyMemory<byte>> ContractFunction(ContractCall call);

/// <summary>A contract's refusal; the gateway quotes its message as <c>chaincode response 500, …</c>.</summary>
internal sealed class ContractError(string message) : Exception(message);

/// <summary>
/// One run of a function on the state as it is now. What it writes counts only when the transaction commits, and only if nothing
/// that it read has changed by then.
/// </summary>
internal sealed class ContractCall(
    string function, IReadOnlyList<byte[]> arguments, IReadOnlyDictionary<string, byte[]> transient, string mspId, string transactionId, Ledger ledger)
{
    /// <summary>As it was sent: <c>contract:function</c>, or the function alone.</summary>
    public string Function { get; } = function;

    public IReadOnlyList<byte[]> Arguments { get; } = arguments;

    public IReadOnlyDictionary<string, byte[]> Transient { get; } = transient;

    /// <summary>The caller's organisation.</summary>
    public string MspId { get; } = mspId;

    public string TransactionId { get; } = transactionId;

    /// <summary>Where it was sent.</summary>
    public string Channel { get; init; } = "";

    /// <summary>As the client signed it.</summary>
    public Wire.SignedProposal Proposal { get; init; } = new();

    internal Dictionary<string, long> Reads { get; } = [];

    internal Dictionary<string, byte[]> Writes { get; } = [];

    /// <summary>Whether it asked for a range, which is for questions: in a transaction every new neighbour would make it void.</summary>
    internal bool ReadRange { get; private set; }

    internal (string Name, byte[] Payload)? Event { get; private set; }

    internal byte[] Result { get; set; } = [];

    /// <summary>Argument as text.</summary>
    public string Text(int index) => Encoding.UTF8.GetString(Arguments[index]);

    /// <summary>Committed value of a key; null = none. A function does not see its own writes, as on a peer.</summary>
    public byte[]? Get(string key)
    {
        var (value, version) = ledger.Read(key);
        Reads[key] = version;
        return value;
    }

    /// <summary>Committed entries of [start, end) in the order of their bytes, which is LevelDB's.</summary>
    public IReadOnlyList<(string Key, byte[] Value)> Range(string start, string end)
    {
        ReadRange = true;
        return ledger.Range(start, end);
    }

    public void Put(string key, ReadOnlySpan<byte> value) => Writes[key] = value.ToArray();

    /// <summary>Announces something once the transaction is valid; the last one wins.</summary>
    public void SetEvent(string name, ReadOnlySpan<byte> payload) => Event = (name, payload.ToArray());
}
