namespace Appliance.Fabric;

/// <summary>What became of a transaction. Every transaction in a block has one, also those that changed nothing.</summary>
/// <param name="TransactionId">Which.</param>
/// <param name="Code">The peers' judgement.</param>
/// <param name="BlockNumber">Where it stands.</param>
public sealed record CommitStatus(string TransactionId, TransactionValidationCode Code, ulong BlockNumber)
{
    /// <summary>Whether what it wrote is in the ledger's state.</summary>
    public bool IsSuccessful => Code == TransactionValidationCode.Valid;
}
