using Appliance.Grpc;

namespace Appliance.Fabric;

/// <summary>The orderer has not confirmed the envelope. It may have it: ask for the commit, then send the same envelope again.</summary>
public sealed class SubmitException(
    GrpcStatus status, string reason, IReadOnlyList<ErrorDetail> details, string? transactionId, Exception? inner = null)
    : GatewayException("submit", status, reason, details, transactionId, inner);
