using System.Collections.Concurrent;
using System.Diagnostics;
using Appliance.Daemon.Cli.Demo;
using Appliance.Grpc;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Fabric.ContractProcess.Wire;
using Appliance.IntegrationTests.Fabric.GatewayDouble;
using Appliance.IntegrationTests.Support;
using Google.Protobuf;
using FabricWire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.ContractProcess;

/// <summary>
/// The real contract (<c>fabric-gateway/chaincode</c>) in the process that an operator starts, and the peer's side of
/// <c>protos.Chaincode/Connect</c>: sends it transactions and answers its questions from the double's ledger. <see cref="Run"/> is what
/// a <see cref="FabricDouble"/> takes as its contract; one process serves any number of networks.
/// </summary>
internal sealed class ContractPeer : IAsyncDisposable
{
    private const string Package = "anchor_1.0:test";
    private const int Refused = 400;

    // Another process may take the free port first.
    private const int Ports = 5;

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);
    private static readonly string s_folder = Path.Combine(Checkout.Root, "fabric-gateway", "chaincode");

    private readonly BoxProcess _node;
    private readonly GrpcChannel _channel;
    private readonly ConcurrentDictionary<string, Simulation> _running = [];
    private readonly SemaphoreSlim _writing = new(1);
    private readonly GrpcDuplexCall<ChaincodeMessage, ChaincodeMessage> _stream;
    private readonly Task _listening;

    private ContractPeer(BoxProcess node, GrpcChannel channel, GrpcDuplexCall<ChaincodeMessage, ChaincodeMessage> stream)
    {
        (_node, _channel, _stream) = (node, channel, stream);
        _listening = Listen();
    }

    public static async Task<ContractPeer> Start()
    {
        await NpmFolder.Install(s_folder);
        for (var attempt = 1; ; attempt++)
        {
            var port = DemoBroker.FreePort();
            var node = BoxProcess.Start(Server(port));
            var channel = new GrpcChannel(new() { Address = new($"http://127.0.0.1:{port}") });
            if (await Connect(node, channel) is { } stream)
            {
                var peer = new ContractPeer(node, channel, stream);
                await peer.Send(new() { Type = MessageType.Registered });
                await peer.Send(new() { Type = MessageType.Ready });
                return peer;
            }

            channel.Dispose();
            await node.DisposeAsync();
            if (attempt == Ports)
                throw new InvalidOperationException($"The contract's process does not start:\n{node.Output}\n{node.Log}");
        }
    }

    /// <summary>One transaction in the contract's process, as a peer that endorses it.</summary>
    /// <exception cref="ContractError">The contract refuses.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> Run(ContractCall call)
    {
        var simulation = new Simulation(call);
        if (!_running.TryAdd(call.TransactionId, simulation))
            throw new ContractError($"duplicate transaction found [{call.TransactionId}]");
        try
        {
            await Send(new()
            {
                Type = MessageType.Transaction,
                Txid = call.TransactionId,
                ChannelId = call.Channel,
                Payload = simulation.Input.ToByteString(),
                Proposal = call.Proposal.ToByteString(),
            });
            var completed = await simulation.Completed.WaitAsync(Patience.Long);
            var response = FabricWire.Response.Parser.ParseFrom(completed.Payload);
            if (response.Status >= Refused)
                throw new ContractError(response.Message);
            if (completed.ChaincodeEvent.Length > 0)
            {
                var said = FabricWire.ChaincodeEvent.Parser.ParseFrom(completed.ChaincodeEvent);
                call.SetEvent(said.EventName, said.Payload.Span);
            }

            return response.Payload.ToByteArray();
        }
        finally
        {
            _running.TryRemove(call.TransactionId, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _listening;
        _channel.Dispose();
        await _node.DisposeAsync();
        _writing.Dispose();
    }

    private static ProcessStartInfo Server(int port)
    {
        var start = new ProcessStartInfo(
            "node", [Path.Combine("node_modules", "fabric-shim", "cli.js"), "server", $"--chaincode-address=127.0.0.1:{port}", $"--chaincode-id={Package}"])
        {
            WorkingDirectory = s_folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CORE_CHAINCODE_LOGGING_LEVEL"] = "error";
        return start;
    }

    /// <summary>The stream on which the contract has said its name; null: the process ended before.</summary>
    private static async Task<GrpcDuplexCall<ChaincodeMessage, ChaincodeMessage>?> Connect(BoxProcess node, GrpcChannel channel)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        while (!node.HasEnded)
        {
            var stream = channel.Duplex<ChaincodeMessage, ChaincodeMessage>(
                "/protos.Chaincode/Connect", ChaincodeMessage.Parser, GrpcCallOptions.None, CancellationToken.None);
            try
            {
                var hello = await stream.Read().AsTask().WaitAsync(patience.Token);
                Assert.Equal(MessageType.Register, hello!.Type);
                Assert.Equal(Package, FabricWire.ChaincodeID.Parser.ParseFrom(hello.Payload).Name);
                return stream;
            }
            catch (GrpcException error) when (error.Status == GrpcStatus.Unavailable)
            {
                // It does not listen yet.
                await stream.DisposeAsync();
                await Task.Delay(s_look, patience.Token);
            }
        }

        return null;
    }

    private async Task Listen()
    {
        try
        {
            while (await _stream.Read() is { } message)
            {
                // A transaction that nobody waits for any more has no answer.
                if (!_running.TryGetValue(message.Txid, out var simulation))
                    continue;
                if (simulation.Take(message) is { } answer)
                    await Send(answer);
            }
        }
        catch (Exception error) when (error is GrpcException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Ours when it is disposed of; else the process died, which every transaction learns below.
        }

        foreach (var simulation in _running.Values)
            simulation.Break(new InvalidOperationException($"The contract's process has gone:\n{_node.Output}\n{_node.Log}"));
    }

    private async Task Send(ChaincodeMessage message)
    {
        await _writing.WaitAsync();
        try
        {
            await _stream.Write(message);
        }
        finally
        {
            _writing.Release();
        }
    }
}
