using System.Text.Json;
using Appliance.FabricGateway.Intake;
using Appliance.FabricGateway.Ledger;
using Appliance.FabricGateway.Store;
using Appliance.IntegrationTests.FabricGateway.Support;

namespace Appliance.IntegrationTests.FabricGateway;

/// <summary>What is taken in, what waits for what, and what an operator can do, on a real file.</summary>
public class GatewayStoreTests
{
    private static readonly CancellationToken s_never = CancellationToken.None;

    [Fact]
    public async Task Take_SameHeaderTwice_ExistsOnce()
    {
        await using var outbox = new OutboxFixture();
        var batch = outbox.Box.NextBatch();

        var first = await outbox.Take(batch);
        var second = await outbox.Take(batch);

        Assert.Equal((OutcomeStatus.Accepted, OutcomeStatus.Exists), (first.Status, second.Status));
        Assert.Single(outbox.Items());
    }

    [Fact]
    public async Task Take_OtherRootUnderTheSameNumber_IsRefusedAndBothAreKept()
    {
        await using var outbox = new OutboxFixture();
        var batch = outbox.Box.NextBatch();
        await outbox.Take(batch);
        var other = outbox.Box.Contradiction(batch);

        var outcome = await outbox.Take(other);

        Assert.Equal("EQUIVOCATION", outcome.Refusal!.Code);
        var kept = Assert.Single(outbox.Operator.Equivocations());
        Assert.EndsWith((string)batch["header"]!["root"]!, kept.First);
        Assert.EndsWith((string)other["header"]!["root"]!, kept.Second);
        Assert.Contains((string)other["header"]!["signature"]!, kept.Argument);
        Assert.Single(outbox.Items());
    }

    [Fact]
    public async Task Take_UnknownRevokedOrForeignSigner_IsRefused()
    {
        await using var outbox = new OutboxFixture();
        var stranger = new SigningBox("9999");
        var impostor = new SigningBox("7F3A");

        Assert.Equal("NO_DEVICE", (await outbox.Take(stranger.NextBatch())).Refusal!.Code);
        Assert.Equal("BAD_SIGNATURE", (await outbox.Take(impostor.NextBatch())).Refusal!.Code);
        outbox.Operator.Revoke("7F3A", "stolen", onLedger: false);
        Assert.Equal("NO_DEVICE", (await outbox.Take(outbox.Box.NextBatch())).Refusal!.Code);
        Assert.Empty(outbox.Items());
    }

    [Fact]
    public async Task Take_Rotation_OldKeySignsNothingMoreAndBatchesOfTheNewOneWaitForTheLedger()
    {
        await using var outbox = new OutboxFixture();
        var before = outbox.Box.NextBatch();
        await outbox.Take(before);
        var rotation = outbox.Reader.Read(outbox.Box.Rotate().Deserialize(WireJson.Default.WireKey)).Submission!;

        Assert.Equal(OutcomeStatus.Accepted, (await outbox.Store.Take(rotation, "waits for the admin", s_never)).Status);
        Assert.Equal(OutcomeStatus.Exists, (await outbox.Store.Take(rotation, "waits for the admin", s_never)).Status);
        var after = outbox.Box.NextBatch();
        Assert.Equal(OutcomeStatus.Accepted, (await outbox.Take(after)).Status);

        Assert.Equal(["7F3A|1"], (await outbox.Store.Pending(0, 10, s_never)).Select(item => item.Key));
        Assert.Equal(1, outbox.Operator.Confirm("7F3A"));
        Assert.Equal(["7F3A|1", "7F3A|2"], (await outbox.Store.Pending(0, 10, s_never)).Select(item => item.Key));
    }

    [Fact]
    public async Task Take_BatchOfTheNewNumberByTheOldKey_IsRefused()
    {
        await using var outbox = new OutboxFixture();
        var thief = outbox.Box.NextBatch();
        await outbox.Take(thief);
        // The thief of the old key goes on with number 2, the box has rotated from there.
        var forged = outbox.Box.NextBatch();
        outbox.Operator.Rotate("7F3A", new SigningBox("7F3A").Address, 2, null, null, "key stolen");

        Assert.Equal("BAD_SIGNATURE", (await outbox.Take(forged)).Refusal!.Code);
    }

    [Fact]
    public async Task Pending_BarrierOfALane_GoesAloneAndInOrder()
    {
        await using var outbox = new OutboxFixture();
        foreach (var version in (long[])[1, 2, 3])
        {
            var (list, _) = outbox.Reader.Read(outbox.Box.Watchlist(version, SigningBox.Root(version - 1)).Deserialize(WireJson.Default.WireWatchlist));
            await outbox.Store.Take([list!], ItemVia.Https, s_never);
        }

        for (var version = 1; version <= 3; version++)
        {
            var only = Assert.Single(await outbox.Store.Pending(0, 10, s_never));
            Assert.Equal(FormattableString.Invariant($"7F3A|banned|{version}"), only.Key);
            await outbox.Flight.Run([only], s_never);
        }

        Assert.Empty(await outbox.Store.Pending(0, 10, s_never));
    }

    [Fact]
    public async Task Pending_Rotation_WaitsForTheOldKeysWordsThatCanStillGo()
    {
        await using var outbox = new OutboxFixture();
        foreach (var version in (long[])[1, 2])
        {
            var (list, _) = outbox.Reader.Read(outbox.Box.Watchlist(version, SigningBox.Root(version - 1)).Deserialize(WireJson.Default.WireWatchlist));
            await outbox.Store.Take([list!], ItemVia.Https, s_never);
        }

        var rotation = outbox.Reader.Read(outbox.Box.Rotate().Deserialize(WireJson.Default.WireKey)).Submission!;
        await outbox.Store.Take(rotation, null, s_never);
        var first = Assert.Single(await outbox.Store.Pending(0, 10, s_never));
        await outbox.Flight.Run([first], s_never);
        var second = Assert.Single(await outbox.Store.Pending(0, 10, s_never));
        outbox.Ledger.Answer = _ => ScriptedLedger.Results([("VERSION_GAP", "")]);
        await outbox.Flight.Run([second], s_never);

        // Parked: the key does not wait for it, nor for what lies behind it.
        var (behind, _) = outbox.Reader.Read(outbox.Box.Watchlist(3, SigningBox.Root(2)).Deserialize(WireJson.Default.WireWatchlist));
        await outbox.Store.Take([behind!], ItemVia.Https, s_never);
        Assert.Equal(ItemKind.DeviceKey, Assert.Single(await outbox.Store.Pending(0, 10, s_never)).Kind);
    }

    [Fact]
    public async Task Pending_WordOfTheNewKey_WaitsForTheRotation()
    {
        await using var outbox = new OutboxFixture();
        outbox.Ledger.Answer = _ => """{"status":"ok"}""";
        var rotation = outbox.Reader.Read(outbox.Box.Rotate().Deserialize(WireJson.Default.WireKey)).Submission!;
        await outbox.Store.Take(rotation, null, s_never);
        var (list, _) = outbox.Reader.Read(outbox.Box.Watchlist(1, SigningBox.Root(0)).Deserialize(WireJson.Default.WireWatchlist));
        await outbox.Store.Take([list!], ItemVia.Https, s_never);

        var first = Assert.Single(await outbox.Store.Pending(0, 10, s_never));
        await outbox.Flight.Run([first], s_never);
        var second = Assert.Single(await outbox.Store.Pending(0, 10, s_never));

        Assert.Equal((ItemKind.DeviceKey, ItemKind.Watchlist), (first.Kind, second.Kind));
    }

    [Fact]
    public async Task Pending_RoundOfLearning_OpensBeforeItsUpdatesAndClosesAfterThem()
    {
        await using var outbox = new OutboxFixture();
        outbox.Ledger.Answer = call => call.Function.StartsWith("fl:Commit", StringComparison.Ordinal) ? ScriptedLedger.AllWritten(call) : """{"status":"ok"}""";
        outbox.Operator.Round("faces", 7, "open", AnchorCalls.OpenRound("faces", 7, SigningBox.Root(1)));
        var (update, _) = outbox.Reader.Read(outbox.Box.Update(7).Deserialize(WireJson.Default.WireUpdate));
        await outbox.Store.Take([update!], ItemVia.Https, s_never);
        outbox.Operator.Round("faces", 7, "close", AnchorCalls.CloseRound("faces", 7, SigningBox.Root(1), SigningBox.Root(2), SigningBox.Root(3), 1));

        var order = new List<string>();
        while (await outbox.Store.Pending(0, 10, s_never) is { Count: > 0 } pending)
        {
            order.Add(Assert.Single(pending).Key);
            await outbox.Flight.Run(pending, s_never);
        }

        Assert.Equal(["faces|7|open", "faces|7|7F3A", "faces|7|close"], order);
    }

    [Fact]
    public async Task Replayed_OwnTransaction_IsCommittedByTheEventAlone()
    {
        await using var outbox = new OutboxFixture();
        var items = await outbox.Waiting(2);
        await outbox.Store.Endorsed("evidence:SubmitBatches", new("t0", "t0"u8.ToArray(), default), items, [], s_never);

        var settled = await outbox.Store.Replayed(new(12, "t0", "batches", default), [], s_never);

        Assert.Equal(2, settled);
        Assert.All(outbox.Items(), item => Assert.Equal((ItemState.Committed, 12L), (item.State, item.Block)));
        Assert.Equal(new EventPlace(12, "t0"), await outbox.Store.Checkpoint(s_never));
        Assert.Empty(await outbox.Store.OpenTransactions(s_never));
    }

    [Fact]
    public async Task Replayed_HeaderThatAnotherCompanionBrought_IsCommittedOnlyWithTheSameRoot()
    {
        await using var outbox = new OutboxFixture();
        await outbox.Waiting(2);

        await outbox.Store.Replayed(
            new(12, "t-other", "batches", default), [("7F3A", 1, SigningBox.Root(1)), ("7F3A", 2, SigningBox.Root(99))], s_never);

        Assert.Equal([ItemState.Committed, ItemState.Pending], outbox.Items().Select(item => item.State));
        Assert.Equal("t-other", outbox.Items()[0].TransactionId);
    }

    [Fact]
    public async Task NewsAfter_AskedAgainOverMqtt_IsToldAgain()
    {
        await using var outbox = new OutboxFixture();
        var batch = outbox.Box.NextBatch();
        await outbox.Take(batch, ItemVia.Mqtt);
        await outbox.Flight.Run(await outbox.Store.Pending(0, 10, s_never), s_never);

        var news = Assert.Single(await outbox.Store.NewsAfter(0, 10, s_never));
        await outbox.Store.Told([news], s_never);
        Assert.Empty(await outbox.Store.NewsAfter(0, 10, s_never));
        Assert.Equal(OutcomeStatus.Exists, (await outbox.Take(batch, ItemVia.Mqtt)).Status);

        Assert.Equal("t1", Assert.Single(await outbox.Store.NewsAfter(0, 10, s_never)).Receipt!.Place.TransactionId);
    }

    [Fact]
    public async Task Told_AskedAgainMeanwhile_IsToldAgain()
    {
        await using var outbox = new OutboxFixture();
        var batch = outbox.Box.NextBatch();
        await outbox.Take(batch, ItemVia.Mqtt);
        await outbox.Flight.Run(await outbox.Store.Pending(0, 10, s_never), s_never);
        var beingSaid = await outbox.Store.NewsAfter(0, 10, s_never);

        await outbox.Take(batch, ItemVia.Mqtt);
        await outbox.Store.Told(beingSaid, s_never);

        Assert.Single(await outbox.Store.NewsAfter(0, 10, s_never));
    }

    [Fact]
    public async Task Operator_EveryChange_LeavesAnAuditLine()
    {
        await using var outbox = new OutboxFixture();
        outbox.Ledger.Answer = _ => ScriptedLedger.Results([("NO_DEVICE", "")]);
        await outbox.Flight.Run(await outbox.Waiting(1), s_never);
        var parked = Assert.Single(outbox.Operator.Items(ItemState.Parked, null, 10));

        outbox.Operator.Retry(parked.Id);
        await outbox.Flight.Run(await outbox.Store.Pending(0, 10, s_never), s_never);
        Assert.Equal(1, outbox.Operator.Drop(parked.Id, "a test box"));
        Assert.Equal(0, outbox.Operator.Drop(parked.Id, "a test box"));
        outbox.Operator.Revoke("7F3A", "sold", onLedger: false);

        Assert.Equal(["device.revoke", "drop", "retry", "device.register"], outbox.Operator.Audit(10).Select(row => row.Action));
        Assert.All(outbox.Operator.Audit(10), row => Assert.Equal("anna", row.Who));
    }

    [Fact]
    public async Task Prune_OldReceipts_AreForgottenAndWaitingItemsAreNot()
    {
        await using var outbox = new OutboxFixture();
        await outbox.Flight.Run(await outbox.Waiting(2), s_never);
        await outbox.Waiting(1);

        Assert.Equal(2, await outbox.Store.Prune(DateTimeOffset.UtcNow.AddMinutes(1), 100, s_never));

        Assert.Equal(ItemState.Pending, Assert.Single(outbox.Items()).State);
    }
}
