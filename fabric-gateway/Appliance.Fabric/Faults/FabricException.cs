namespace Appliance.Fabric;

/// <summary>A call that did not end as asked, at whatever step.</summary>
public abstract class FabricException : Exception
{
    private protected FabricException(string message, FaultKind kind, string? transactionId, Exception? inner)
        : base(message, inner) => (Kind, TransactionId) = (kind, transactionId);

    /// <summary>Whether trying again can help.</summary>
    public FaultKind Kind { get; }

    /// <summary>The transaction it happened to; null = none, as for events.</summary>
    public string? TransactionId { get; }
}
