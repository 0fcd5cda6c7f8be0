using Appliance.Grpc;
using Google.Protobuf;

namespace Appliance.Learning.Flower;

/// <summary>The calls of the Fleet API, signed; counts what goes over the wire.</summary>
internal sealed class FleetClient(GrpcChannel channel, NodeKey key, LinkState link, TimeProvider clock)
{
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(60);
    private const int FrameBytes = 5;

    /// <summary>Bytes of the messages since start.</summary>
    public RoundTraffic Traffic { get; private set; }

    public async Task Register(CancellationToken cancel) =>
        await Call(
            "RegisterNode", new Wire.RegisterNodeFleetRequest { PublicKey = ByteString.CopyFrom(key.PublicPemBytes) },
            Wire.RegisterNodeFleetResponse.Parser, s_short * 2, cancel).ConfigureAwait(false);

    public async Task<ulong> Activate(TimeSpan heartbeatInterval, CancellationToken cancel) =>
        (await Call(
            "ActivateNode",
            new Wire.ActivateNodeRequest
            {
                PublicKey = ByteString.CopyFrom(key.PublicPemBytes),
                HeartbeatInterval = heartbeatInterval.TotalSeconds,
            },
            Wire.ActivateNodeResponse.Parser, s_short * 2, cancel).ConfigureAwait(false)).NodeId;

    public async Task<bool> Heartbeat(ulong node, TimeSpan interval, CancellationToken cancel) =>
        (await Call(
            "SendNodeHeartbeat", new Wire.SendNodeHeartbeatRequest { Node = Id(node), HeartbeatInterval = interval.TotalSeconds },
            Wire.SendNodeHeartbeatResponse.Parser, s_short, cancel).ConfigureAwait(false)).Success;

    public Task<Wire.PullMessagesResponse> PullMessages(ulong node, CancellationToken cancel) =>
        Call("PullMessages", new Wire.PullMessagesRequest { Node = Id(node) }, Wire.PullMessagesResponse.Parser, s_long, cancel);

    public async Task<Wire.Run?> GetRun(ulong node, ulong run, CancellationToken cancel) =>
        (await Call(
            "GetRun", new Wire.GetRunRequest { Node = Id(node), RunId = run }, Wire.GetRunResponse.Parser, s_long, cancel)
            .ConfigureAwait(false)).Run;

    public Task<Wire.PullObjectResponse> PullObject(ulong node, ulong run, string id, CancellationToken cancel) =>
        Call(
            "PullObject", new Wire.PullObjectRequest { Node = Id(node), RunId = run, ObjectId = id },
            Wire.PullObjectResponse.Parser, s_long, cancel);

    public Task Confirm(ulong node, ulong run, string message, CancellationToken cancel) =>
        Call(
            "ConfirmMessageReceived",
            new Wire.ConfirmMessageReceivedRequest { Node = Id(node), RunId = run, MessageObjectId = message },
            Wire.ConfirmMessageReceivedResponse.Parser, s_long, cancel);

    public Task<Wire.PushMessagesResponse> PushMessage(
        ulong node, Wire.Message message, Wire.ObjectTree tree, TimeSpan runtime, CancellationToken cancel) =>
        Call(
            "PushMessages",
            new Wire.PushMessagesRequest
            {
                Node = Id(node),
                MessagesList = { message },
                MessageObjectTrees = { tree },
                ClientappRuntimeList = { runtime.TotalSeconds },
            },
            Wire.PushMessagesResponse.Parser, s_long, cancel);

    public async Task<bool> PushObject(ulong node, ulong run, string id, byte[] content, CancellationToken cancel) =>
        (await Call(
            "PushObject",
            new Wire.PushObjectRequest
            {
                Node = Id(node),
                RunId = run,
                ObjectId = id,
                ObjectContent = UnsafeByteOperations.UnsafeWrap(content),
            },
            Wire.PushObjectResponse.Parser, s_long, cancel).ConfigureAwait(false)).Stored;

    public Task Deactivate(ulong node, CancellationToken cancel) =>
        Call("DeactivateNode", new Wire.DeactivateNodeRequest { NodeId = node }, Wire.DeactivateNodeResponse.Parser, s_short, cancel);

    public Task Unregister(ulong node, CancellationToken cancel) =>
        Call(
            "UnregisterNode", new Wire.UnregisterNodeFleetRequest { NodeId = node }, Wire.UnregisterNodeFleetResponse.Parser, s_short, cancel);

    private static Wire.Node Id(ulong node) => new() { NodeId = node };

    private async Task<T> Call<T>(string method, IMessage request, MessageParser<T> parser, TimeSpan deadline, CancellationToken cancel)
        where T : class, IMessage<T>
    {
        var call = new GrpcCallOptions { Deadline = deadline, Metadata = key.Headers(clock.GetUtcNow()) };
        var answer = await channel.Unary($"/flwr.proto.Fleet/{method}", request, parser, call, cancel).ConfigureAwait(false);
        var (sent, received) = (FrameBytes + request.CalculateSize(), FrameBytes + answer.CalculateSize());
        link.Contact(sent, received);
        // Heartbeats run beside: a lost count of theirs does not matter.
        Traffic = new(Traffic.BytesSent + sent, Traffic.BytesReceived + received);
        return answer;
    }
}
