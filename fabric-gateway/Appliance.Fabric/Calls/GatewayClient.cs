using System.Runtime.CompilerServices;
using Appliance.Grpc;
using Google.Protobuf;

namespace Appliance.Fabric;

/// <summary>The five methods of the Gateway service, with deadlines, and with faults as this library's exceptions.</summary>
internal sealed class GatewayClient(GrpcChannel channel, GatewayOptions options, CancellationToken closing)
{
    private delegate Exception FaultOf(GrpcStatus status, string reason, IReadOnlyList<ErrorDetail> details, Exception inner);

    internal Task<Wire.EvaluateResponse> Evaluate(Wire.EvaluateRequest request, TimeSpan? deadline, CancellationToken cancel) =>
        Unary(
            "Evaluate", request, Wire.EvaluateResponse.Parser, deadline ?? options.EvaluateTimeout,
            (status, reason, details, inner) => new GatewayException("evaluate", status, reason, details, request.TransactionId, inner), cancel);

    internal Task<Wire.EndorseResponse> Endorse(Wire.EndorseRequest request, TimeSpan? deadline, CancellationToken cancel) =>
        Unary(
            "Endorse", request, Wire.EndorseResponse.Parser, deadline ?? options.EndorseTimeout,
            (status, reason, details, inner) => new EndorseException(status, reason, details, request.TransactionId, inner), cancel);

    internal Task<Wire.SubmitResponse> Submit(Wire.SubmitRequest request, TimeSpan? deadline, CancellationToken cancel) =>
        Unary(
            "Submit", request, Wire.SubmitResponse.Parser, deadline ?? options.SubmitTimeout,
            (status, reason, details, inner) => new SubmitException(status, reason, details, request.TransactionId, inner), cancel);

    internal Task<Wire.CommitStatusResponse> CommitStatus(
        Wire.SignedCommitStatusRequest request, string transactionId, TimeSpan? deadline, CancellationToken cancel) =>
        Unary(
            "CommitStatus", request, Wire.CommitStatusResponse.Parser, deadline ?? options.CommitStatusTimeout,
            (status, reason, details, inner) => new CommitStatusException(status, reason, details, transactionId, inner), cancel);

    /// <summary>Lives until the caller, the gateway or the connection ends it.</summary>
    internal async IAsyncEnumerable<Wire.ChaincodeEventsResponse> ChaincodeEvents(
        Wire.SignedChaincodeEventsRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, typeof(Gateway));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, closing);
        var blocks = channel.ServerStream(
            Path("ChaincodeEvents"), request, Wire.ChaincodeEventsResponse.Parser, GrpcCallOptions.None, end.Token).GetAsyncEnumerator(end.Token);
        await using (blocks.ConfigureAwait(false))
        {
            while (await Next(blocks).ConfigureAwait(false))
                yield return blocks.Current;
        }
    }

    private static async ValueTask<bool> Next(IAsyncEnumerator<Wire.ChaincodeEventsResponse> blocks)
    {
        try
        {
            return await blocks.MoveNextAsync().ConfigureAwait(false);
        }
        catch (GrpcException error)
        {
            throw new GatewayException("chaincode events", error.Status, error.Detail, StatusDetails.Read(error.StatusDetails), null, error);
        }
    }

    private async Task<T> Unary<T>(
        string method, IMessage request, MessageParser<T> parser, TimeSpan deadline, FaultOf fault, CancellationToken cancel)
        where T : class, IMessage<T>
    {
        ObjectDisposedException.ThrowIf(closing.IsCancellationRequested, typeof(Gateway));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, closing);
        try
        {
            return await channel.Unary(Path(method), request, parser, new() { Deadline = deadline }, end.Token).ConfigureAwait(false);
        }
        catch (GrpcException error)
        {
            throw fault(error.Status, error.Detail, StatusDetails.Read(error.StatusDetails), error);
        }
    }

    private static string Path(string method) => "/gateway.Gateway/" + method;
}
