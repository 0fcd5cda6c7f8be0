namespace Appliance.FabricGateway.Store;

/// <summary>What can be anchored. The numbers lie in the database.</summary>
public enum ItemKind
{
    /// <summary>Signed header of a closed batch of a box's evidence log.</summary>
    Batch = 1,

    /// <summary>Critical evidence on its own.</summary>
    Evidence = 2,

    /// <summary>Hash of a watchlist version.</summary>
    Watchlist = 3,

    /// <summary>Hash of a box's update in a round of federated learning.</summary>
    Update = 4,

    /// <summary>A box's key for the ledger's register.</summary>
    DeviceKey = 5,

    /// <summary>Opening or closing of a round.</summary>
    Round = 6,
}

/// <summary>Where an item stands.</summary>
public enum ItemState
{
    Pending = 0,

    /// <summary>In a signed transaction that is endorsed or submitted.</summary>
    Carried = 1,

    Committed = 2,

    /// <summary>Refused for good, with a reason; an operator may have it tried again.</summary>
    Parked = 3,

    /// <summary>Given up by an operator.</summary>
    Dropped = 4,
}

/// <summary>How an item came here.</summary>
public enum ItemVia
{
    Https = 1,
    Mqtt = 2,
    Operator = 3,
}

/// <summary>An item that waits for its transaction.</summary>
/// <param name="Id">Row.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Its key on the ledger, e.g. <c>7F3A|12</c>.</param>
/// <param name="Device">Serial.</param>
/// <param name="Seq">Batch number; 0 for other kinds.</param>
/// <param name="Argument">For the contract: one header as JSON, or a JSON list of arguments.</param>
/// <param name="ReceivedAt">Unix milliseconds.</param>
/// <param name="IsBarrier">Whether it must be alone in its lane.</param>
public sealed record PendingItem(long Id, ItemKind Kind, string Key, string Device, long Seq, string Argument, long ReceivedAt, bool IsBarrier);

/// <summary>Where on the ledger something is.</summary>
/// <param name="TransactionId">Of the transaction that brought it.</param>
/// <param name="Block">Its block; null when it is not known.</param>
/// <param name="At">Unix milliseconds at which we learned of the commit.</param>
public sealed record Anchored(string TransactionId, long? Block, long At);

/// <summary>A committed batch with its place.</summary>
public sealed record BatchReceipt(long Id, string Device, long Seq, string Root, Anchored Place);

/// <summary>A transaction whose fate is not known.</summary>
/// <param name="Id">Row.</param>
/// <param name="TransactionId">Fabric's.</param>
/// <param name="Envelope">Signed; submitting it twice is harmless.</param>
/// <param name="Items">What it carries.</param>
public sealed record OpenTransaction(long Id, string TransactionId, byte[] Envelope, IReadOnlyList<PendingItem> Items);
