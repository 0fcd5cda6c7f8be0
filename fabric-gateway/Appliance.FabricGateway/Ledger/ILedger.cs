namespace Appliance.FabricGateway.Ledger;

/// <summary>A call of the contract.</summary>
/// <param name="Function"><c>contract:Function</c>.</param>
/// <param name="Arguments">All texts.</param>
public sealed record LedgerCall(string Function, IReadOnlyList<string> Arguments);

/// <summary>An endorsed and signed call.</summary>
/// <param name="TransactionId">Fabric's.</param>
/// <param name="Envelope">What <see cref="ILedger.Submit"/> takes, now and after a restart.</param>
/// <param name="Result">What the contract returned.</param>
public sealed record EndorsedCall(string TransactionId, byte[] Envelope, ReadOnlyMemory<byte> Result);

/// <summary>What the peers made of a transaction.</summary>
/// <param name="Code">TxValidationCode; 0 = valid.</param>
/// <param name="Block">Its block.</param>
public sealed record LedgerCommit(int Code, long Block)
{
    /// <summary>DUPLICATE_TXID: another copy of the envelope came first; the question is to be asked again.</summary>
    public const int Duplicate = 9;

    public bool IsValid => Code == 0;

    /// <summary>MVCC_READ_CONFLICT, PHANTOM_READ_CONFLICT, EXPIRED_CHAINCODE, CHAINCODE_VERSION_CONFLICT: a new proposal may do.</summary>
    public bool IsConflict => Code is 11 or 12 or 17 or 18;
}

/// <summary>What the contract announced in a valid transaction.</summary>
public sealed record LedgerEvent(long Block, string TransactionId, string Name, ReadOnlyMemory<byte> Payload);

/// <summary>Where the replay of events goes on.</summary>
public sealed record EventPlace(long Block, string? TransactionId);

/// <summary>The steps of one transaction, so that an outbox can write each one down. Thread-safe.</summary>
public interface ILedger : IAsyncDisposable
{
    /// <exception cref="LedgerException">Always this.</exception>
    Task<byte[]> Evaluate(LedgerCall call, CancellationToken cancel);

    /// <exception cref="LedgerException">Nothing was written, and nothing will be.</exception>
    Task<EndorsedCall> Endorse(LedgerCall call, CancellationToken cancel);

    /// <summary>Harmless to repeat.</summary>
    /// <exception cref="LedgerException">It is not known whether the orderer has it.</exception>
    Task Submit(ReadOnlyMemory<byte> envelope, CancellationToken cancel);

    /// <summary>Null: not in a block within <paramref name="patience"/>.</summary>
    /// <exception cref="LedgerException">Nobody could be asked.</exception>
    Task<LedgerCommit?> Status(string transactionId, TimeSpan patience, CancellationToken cancel);

    /// <summary>Events from a place on (null = the first block), until cancelled.</summary>
    /// <exception cref="LedgerException">The stream broke; begin again from the last place.</exception>
    IAsyncEnumerable<LedgerEvent> Events(EventPlace? from, CancellationToken cancel);
}

/// <summary>What a fault asks for.</summary>
public enum LedgerFault
{
    /// <summary>Something was not there or not ready: again, with back-off.</summary>
    TryAgain,

    /// <summary>The network does not take us or the call as such (certificate, channel, size): again, slowly; an operator is needed.</summary>
    Denied,

    /// <summary>The contract said no: it will say so again.</summary>
    Refused,
}

/// <summary>A call of the ledger that did not end as asked.</summary>
public sealed class LedgerException(LedgerFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public LedgerFault Fault { get; } = fault;
}
