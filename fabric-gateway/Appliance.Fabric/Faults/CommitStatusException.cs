using Appliance.Grpc;

namespace Appliance.Fabric;

/// <summary>It is not known whether the transaction was committed.</summary>
public sealed class CommitStatusException(
    GrpcStatus status, string reason, IReadOnlyList<ErrorDetail> details, string? transactionId, Exception? inner = null)
    : GatewayException("commit status", status, reason, details, transactionId, inner);
