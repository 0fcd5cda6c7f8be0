namespace Appliance.Fabric;

/// <summary>The transaction stands in a block and changed nothing.</summary>
public sealed class CommitException(CommitStatus status)
    : FabricException(
        $"commit: transaction {status.TransactionId} in block {status.BlockNumber} is void: {status.Code} ({(int)status.Code})",
        FaultClassifier.Of(status.Code), status.TransactionId, inner: null)
{
    public CommitStatus Status { get; } = status;
}
