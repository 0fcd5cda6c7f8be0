using Appliance.Grpc;

namespace Appliance.Fabric;

/// <summary>
/// Tells what will pass from what will not. Gateways use the codes 2, 9 and 10 for both, so a contract quoted in the text comes
/// first, then the texts that name a wrong call, then the code.
/// </summary>
internal static class FaultClassifier
{
    /// <summary>Texts under FAILED_PRECONDITION that no wait mends: a signature or member that is not known, data that may not go there.</summary>
    private static readonly string[] s_wrongCalls = ["access denied", "retry specifying trusted endorsing organizations"];

    /// <summary>A message over somebody's limit stays over it; RESOURCE_EXHAUSTED of a busy gateway passes.</summary>
    private static readonly string[] s_tooLarge = ["larger than max", "own limit", "are allowed"];

    internal static FaultKind Of(GrpcStatus status, string message, IReadOnlyList<ErrorDetail> details)
    {
        if (Quoted(message, details) is not null)
            return FaultKind.Permanent;
        return status switch
        {
            GrpcStatus.FailedPrecondition when Says(s_wrongCalls, message, details) => FaultKind.Permanent,
            GrpcStatus.ResourceExhausted when Says(s_tooLarge, message, details) => FaultKind.Permanent,
            GrpcStatus.Cancelled or GrpcStatus.Unknown or GrpcStatus.DeadlineExceeded or GrpcStatus.ResourceExhausted
                or GrpcStatus.FailedPrecondition or GrpcStatus.Aborted or GrpcStatus.Internal or GrpcStatus.Unavailable => FaultKind.Retry,
            _ => FaultKind.Permanent,
        };
    }

    /// <summary>A committed transaction that does not count: a conflict passes with a new proposal, the rest is wrong for good.</summary>
    internal static FaultKind Of(TransactionValidationCode code) => code switch
    {
        TransactionValidationCode.MvccReadConflict or TransactionValidationCode.PhantomReadConflict
            or TransactionValidationCode.ExpiredChaincode or TransactionValidationCode.ChaincodeVersionConflict => FaultKind.Retry,
        _ => FaultKind.Permanent,
    };

    internal static ChaincodeResponse? Quoted(string message, IReadOnlyList<ErrorDetail> details)
    {
        foreach (var detail in details)
        {
            if (ChaincodeResponse.Find(detail.Message) is { } quoted)
                return quoted;
        }

        return ChaincodeResponse.Find(message);
    }

    private static bool Says(string[] texts, string message, IReadOnlyList<ErrorDetail> details) =>
        texts.Any(text => message.Contains(text, StringComparison.OrdinalIgnoreCase)
                          || details.Any(detail => detail.Message.Contains(text, StringComparison.OrdinalIgnoreCase)));
}
