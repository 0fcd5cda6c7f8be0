namespace Appliance.Grpc;

/// <summary>A call that did not end with <see cref="GrpcStatus.Ok"/>: what the server said, or what happened on the way.</summary>
public sealed class GrpcException : Exception
{
    public GrpcException(GrpcStatus status, string detail, Exception? inner = null)
        : base(detail.Length == 0 ? $"{status}" : $"{status}: {detail}", inner) => (Status, Detail) = (status, detail);

    public GrpcStatus Status { get; }

    /// <summary>The server's <c>grpc-message</c>, decoded; or the reason found here.</summary>
    public string Detail { get; }

    /// <summary>Bytes of <c>grpc-status-details-bin</c> (a serialised <c>google.rpc.Status</c>); empty when there were none.</summary>
    public ReadOnlyMemory<byte> StatusDetails { get; init; }

    /// <summary>Whether the fault lies in the certificate: trying again will not help before someone changes something.</summary>
    public bool IsTlsFailure { get; init; }
}
