namespace Appliance.Fabric;

/// <summary>A transaction that the orderer has accepted.</summary>
public sealed class SubmittedTransaction : Commit
{
    internal SubmittedTransaction(Session session, Wire.SignedCommitStatusRequest request, ReadOnlyMemory<byte> result)
        : base(session, request) => Result = result;

    /// <summary>What the function returned to the endorsers; it holds only if the transaction commits as valid.</summary>
    public ReadOnlyMemory<byte> Result { get; }
}
