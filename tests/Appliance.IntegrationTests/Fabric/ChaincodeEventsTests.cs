using System.Text;
using Appliance.Fabric;
using Appliance.Grpc;
using Appliance.IntegrationTests.Fabric.GatewayDouble;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Fabric;

public class ChaincodeEventsTests
{
    [Fact]
    public async Task Events_FromABlock_ComeInOrderWithWhatTheContractSaid()
    {
        await using var network = await DoubledNetwork.Start();
        foreach (var key in new[] { "a", "b", "c" })
            await network.Contract.SubmitAsync("put", [key, "1"]);

        var events = await Take(network, new() { StartBlock = 0 }, 3);

        Assert.Equal(["a", "b", "c"], events.Select(Key));
        Assert.Equal([1ul, 2ul, 3ul], events.Select(found => found.BlockNumber));
        Assert.Equal(network.Double.Ledger.Transactions.Select(transaction => transaction.TransactionId), events.Select(found => found.TransactionId));
        Assert.All(events, found => Assert.Equal(("put", "anchor"), (found.EventName, found.ChaincodeName)));
    }

    [Fact]
    public async Task Events_NoStart_BeginWithTheNextBlock()
    {
        await using var network = await DoubledNetwork.Start();
        await network.Contract.SubmitAsync("put", ["before", "1"]);

        var reading = Take(network, null, 1);
        await Patience.Until(() => network.Double.Streams > 0);
        await network.Contract.SubmitAsync("put", ["after", "1"]);

        Assert.Equal("after", Key(Assert.Single(await reading)));
    }

    [Fact]
    public async Task Events_CheckpointWithinABlock_GoOnAfterThatTransaction()
    {
        await using var network = await DoubledNetwork.Start();
        await PutInOneBlock(network, "a", "b", "c");
        var checkpointer = new InMemoryCheckpointer();
        await checkpointer.CheckpointChaincodeEventAsync((await Take(network, new() { StartBlock = 0 }, 1))[0]);
        await network.Contract.SubmitAsync("put", ["d", "1"]);

        var rest = await Take(network, new() { Checkpoint = checkpointer.Checkpoint, StartBlock = 0 }, 3);

        Assert.Equal(["a", "b", "c", "d"], ((string[])[Key(await First(network)), .. rest.Select(Key)]).Order());
        Assert.Equal([1ul, 1ul, 2ul], rest.Select(found => found.BlockNumber));
    }

    [Fact]
    public async Task Events_CheckpointAfterABlock_GoOnWithTheNext()
    {
        await using var network = await DoubledNetwork.Start();
        await network.Contract.SubmitAsync("put", ["a", "1"]);
        await network.Contract.SubmitAsync("put", ["b", "1"]);
        var checkpointer = new InMemoryCheckpointer();
        await checkpointer.CheckpointBlockAsync(1);

        var next = await Take(network, new() { Checkpoint = checkpointer.Checkpoint }, 1);

        Assert.Equal("b", Key(next[0]));
    }

    [Fact]
    public async Task Events_ConnectionBreaksAgainAndAgain_NoneIsLostOrTwice()
    {
        await using var network = await DoubledNetwork.Start();
        var keys = Enumerable.Range(0, 12).Select(number => $"k{number:00}").ToArray();
        foreach (var key in keys)
            await network.Contract.SubmitAsync("put", [key, "1"]);
        network.Double.Script.Next(Method.ChaincodeEvents, ScriptedFault.LoseAnswer, times: 5);
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "checkpoint.json");
        var (seen, breaks) = (new List<string>(), 0);

        while (seen.Count < keys.Length)
        {
            // Anew each time, as after a crash.
            var checkpointer = await FileCheckpointer.OpenAsync(file);
            try
            {
                var options = new ChaincodeEventsOptions { Checkpoint = checkpointer.Checkpoint, StartBlock = 0 };
                await foreach (var found in network.Network.GetChaincodeEventsAsync(network.Double.Chaincode, options))
                {
                    seen.Add(Key(found));
                    await checkpointer.CheckpointChaincodeEventAsync(found);
                    if (seen.Count == keys.Length)
                        break;
                }
            }
            catch (GatewayException error) when (error.Kind == FaultKind.Retry)
            {
                breaks++;
            }
        }

        Assert.Equal(keys, seen);
        Assert.InRange(breaks, 1, 5);
    }

    [Fact]
    public async Task Events_ConflictingTransaction_AnnouncesNothing()
    {
        await using var network = await DoubledNetwork.Start();
        network.Double.Orderer.Hold();
        await network.Contract.SubmitWithoutWaitAsync("put", ["a", "1"]);
        var loser = await network.Contract.SubmitWithoutWaitAsync("put", ["a", "1"]);
        network.Double.Orderer.Release();
        await loser.GetStatusAsync();
        await network.Contract.SubmitAsync("put", ["marker", "1"]);

        var events = await Take(network, new() { StartBlock = 0 }, 2);

        Assert.Equal(["a", "marker"], events.Select(Key));
    }

    [Fact]
    public async Task Events_UnknownChannel_EndAtOnce()
    {
        await using var network = await DoubledNetwork.Start();

        var error = await Assert.ThrowsAsync<GatewayException>(async () =>
        {
            await foreach (var _ in network.Gateway.GetNetwork("elsewhere").GetChaincodeEventsAsync("anchor"))
                Assert.Fail("an event of nothing");
        });

        Assert.Equal((GrpcStatus.PermissionDenied, FaultKind.Permanent), (error.StatusCode, error.Kind));
    }

    [Fact]
    public async Task Events_GatewayDisposed_End()
    {
        await using var network = await DoubledNetwork.Start();
        var gateway = network.Connect(network.Signer);
        await using var events = gateway.GetNetwork(network.Double.Channel).GetChaincodeEventsAsync("anchor").GetAsyncEnumerator();

        var next = events.MoveNextAsync().AsTask();
        await Patience.Until(() => network.Double.Streams > 0);
        await gateway.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private static async Task<ChaincodeEvent> First(DoubledNetwork network) => (await Take(network, new() { StartBlock = 0 }, 1))[0];

    private static async Task PutInOneBlock(DoubledNetwork network, params string[] keys)
    {
        network.Double.Orderer.Hold();
        var submitted = new List<SubmittedTransaction>();
        foreach (var key in keys)
            submitted.Add(await network.Contract.SubmitWithoutWaitAsync("put", [key, "1"]));
        network.Double.Orderer.Release();
        foreach (var transaction in submitted)
            Assert.Equal(1ul, (await transaction.GetStatusAsync()).BlockNumber);
    }

    private static async Task<List<ChaincodeEvent>> Take(DoubledNetwork network, ChaincodeEventsOptions? options, int count)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        var events = new List<ChaincodeEvent>();
        await foreach (var found in network.Network.GetChaincodeEventsAsync(network.Double.Chaincode, options, patience.Token))
        {
            events.Add(found);
            if (events.Count == count)
                break;
        }

        return events;
    }

    private static string Key(ChaincodeEvent found) => Encoding.UTF8.GetString(found.Payload.Span);
}
