using Appliance.Grpc;

namespace Appliance.Fabric;

/// <summary>No endorsement: nothing was written, and nothing will be.</summary>
public sealed class EndorseException : GatewayException
{
    private const string Call = "endorse";

    public EndorseException(
        GrpcStatus status, string reason, IReadOnlyList<ErrorDetail> details, string? transactionId, Exception? inner = null)
        : base(Call, status, reason, details, transactionId, inner)
    {
    }

    private EndorseException(string reason, string transactionId, Exception inner)
        : base(Call, GrpcStatus.Internal, reason, [], FaultKind.Permanent, transactionId, inner)
    {
    }

    internal static EndorseException NotSigned(string why, string transactionId, Exception inner) =>
        new($"the gateway's answer is not signed here: {why}", transactionId, inner);
}
