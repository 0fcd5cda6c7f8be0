namespace Appliance.Fabric;

/// <summary>What a contract announced in a valid transaction; a transaction announces one thing at most.</summary>
/// <param name="BlockNumber">Where the transaction stands.</param>
/// <param name="TransactionId">Which.</param>
/// <param name="ChaincodeName">Whose.</param>
/// <param name="EventName">What the contract calls it.</param>
/// <param name="Payload">What it says of it.</param>
public sealed record ChaincodeEvent(
    ulong BlockNumber, string TransactionId, string ChaincodeName, string EventName, ReadOnlyMemory<byte> Payload);
