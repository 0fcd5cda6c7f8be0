namespace Appliance.Fabric;

/// <summary>How far events have been dealt with.</summary>
/// <param name="BlockNumber">The block to begin with.</param>
/// <param name="TransactionId">Last transaction in it that is done; null = none of it is.</param>
/// <remarks>
/// A peer skips up to and including that transaction, and, where it never announced anything, skips everything: the id must come
/// from an event. That is why there is no checkpoint of any other transaction here.
/// </remarks>
public readonly record struct Checkpoint(ulong BlockNumber, string? TransactionId = null)
{
    /// <summary>After an event.</summary>
    public static Checkpoint After(ChaincodeEvent done) => new(done.BlockNumber, done.TransactionId);

    /// <summary>After everything in a block.</summary>
    public static Checkpoint AfterBlock(ulong block) => new(block + 1);
}
