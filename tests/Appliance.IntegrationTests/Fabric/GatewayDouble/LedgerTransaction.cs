namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>A transaction in a block, valid or not.</summary>
/// <param name="Block">Its block's number.</param>
/// <param name="TransactionId">Its id; a copy of one that came before is here again, with code 9.</param>
/// <param name="Code">0 = valid; as <c>TxValidationCode</c>.</param>
/// <param name="Call">What ran, with arguments, result and event.</param>
internal sealed record LedgerTransaction(ulong Block, string TransactionId, int Code, ContractCall Call)
{
    public bool IsValid => Code == 0;
}
