namespace Appliance.Fabric;

/// <summary>
/// Remembers how far events have been dealt with, for one reader. Where the effect of an event lies in a database, the checkpoint
/// belongs into the same transaction: implement this there, or keep <see cref="Fabric.Checkpoint"/> itself.
/// </summary>
public interface ICheckpointer
{
    /// <summary>Null = from the beginning that the reader chooses.</summary>
    Checkpoint? Checkpoint { get; }

    /// <summary>That block is done as a whole.</summary>
    ValueTask CheckpointBlockAsync(ulong block, CancellationToken cancel = default);

    /// <summary>That event, and all before it, are done.</summary>
    ValueTask CheckpointChaincodeEventAsync(ChaincodeEvent done, CancellationToken cancel = default);
}
