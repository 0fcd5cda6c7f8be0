namespace Appliance.Fabric;

/// <summary>Remembers for as long as the process lives: enough to reconnect.</summary>
public sealed class InMemoryCheckpointer : ICheckpointer
{
    public Checkpoint? Checkpoint { get; private set; }

    public ValueTask CheckpointBlockAsync(ulong block, CancellationToken cancel = default)
    {
        Checkpoint = Fabric.Checkpoint.AfterBlock(block);
        return ValueTask.CompletedTask;
    }

    public ValueTask CheckpointChaincodeEventAsync(ChaincodeEvent done, CancellationToken cancel = default)
    {
        Checkpoint = Fabric.Checkpoint.After(done);
        return ValueTask.CompletedTask;
    }
}
