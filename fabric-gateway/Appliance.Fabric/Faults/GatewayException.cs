using Appliance.Grpc;

namespace Appliance.Fabric;

/// <summary>The gateway said no, or could not be asked.</summary>
public class GatewayException : FabricException
{
    /// <param name="call">What was tried: first word of the message.</param>
    /// <param name="status">Status of the call.</param>
    /// <param name="reason">Its text.</param>
    /// <param name="details">What peers and orderers behind the gateway said.</param>
    /// <param name="transactionId">The transaction it happened to.</param>
    /// <param name="inner">The fault below.</param>
    public GatewayException(
        string call, GrpcStatus status, string reason, IReadOnlyList<ErrorDetail> details, string? transactionId, Exception? inner = null)
        : this(call, status, reason, details, FaultClassifier.Of(status, reason, details), transactionId, inner)
    {
    }

    private protected GatewayException(
        string call, GrpcStatus status, string reason, IReadOnlyList<ErrorDetail> details, FaultKind kind, string? transactionId, Exception? inner)
        : base(Text(call, status, reason, details), kind, transactionId, inner)
    {
        (StatusCode, Details) = (status, details);
        ChaincodeResponse = FaultClassifier.Quoted(reason, details);
    }

    public GrpcStatus StatusCode { get; }

    /// <summary>What peers and orderers behind the gateway said; empty when it was the gateway itself, or never reached.</summary>
    public IReadOnlyList<ErrorDetail> Details { get; }

    /// <summary>The contract's own refusal; null = it was not the contract.</summary>
    public ChaincodeResponse? ChaincodeResponse { get; }

    /// <summary>Whether certificates did not fit: a new try helps only after somebody changed one.</summary>
    public bool IsTlsFailure => InnerException is GrpcException { IsTlsFailure: true };

    private static string Text(string call, GrpcStatus status, string reason, IReadOnlyList<ErrorDetail> details) =>
        $"{call}: {status}: {reason}" + string.Concat(details.Select(detail => $"; {detail.MspId} {detail.Address}: {detail.Message}"));
}
