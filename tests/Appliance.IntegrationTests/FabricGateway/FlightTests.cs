using Appliance.FabricGateway.Ledger;
using Appliance.FabricGateway.Store;
using Appliance.IntegrationTests.FabricGateway.Support;

namespace Appliance.IntegrationTests.FabricGateway;

/// <summary>Pending → Endorsed → Submitted → Committed, with a real outbox and a ledger that does what the test says.</summary>
public class FlightTests
{
    private static readonly CancellationToken s_never = CancellationToken.None;

    [Fact]
    public async Task Run_AllGoesWell_TheEnvelopeIsOnDiskBeforeItIsSubmitted()
    {
        await using var outbox = new OutboxFixture();
        var items = await outbox.Waiting(3);
        IReadOnlyList<OpenTransaction> atSubmit = [];
        outbox.Ledger.OnSubmit = async _ => atSubmit = await outbox.Store.OpenTransactions(s_never);

        await outbox.Flight.Run(items, s_never);

        var open = Assert.Single(atSubmit);
        Assert.Equal(("t1", 3), (open.TransactionId, open.Items.Count));
        Assert.Equal("t1"u8, open.Envelope);
        Assert.All(outbox.Items(), item => Assert.Equal((ItemState.Committed, "t1", 7L), (item.State, item.TransactionId, item.Block)));
        Assert.Equal([1, 2, 3], (await outbox.Store.Receipts("7F3A", 0, 500, s_never)).Select(receipt => (int)receipt.Seq));
        Assert.Empty(await outbox.Store.OpenTransactions(s_never));
        outbox.Log.NoErrors();
    }

    [Fact]
    public async Task Run_LedgerHasAllAlready_NothingIsSubmitted()
    {
        await using var outbox = new OutboxFixture();
        var items = await outbox.Waiting(2);
        outbox.Ledger.Answer = call => ScriptedLedger.Results(ScriptedLedger.Items(call).Select(_ => ("exists", "t-before")));
        outbox.Ledger.OnStatus = id => id == "t-before" ? new(0, 5) : null;

        await outbox.Flight.Run(items, s_never);

        Assert.DoesNotContain(outbox.Ledger.Asked, line => line.StartsWith("submit", StringComparison.Ordinal));
        Assert.All(outbox.Items(), item => Assert.Equal((ItemState.Committed, "t-before", 5L), (item.State, item.TransactionId, item.Block)));
    }

    [Fact]
    public async Task Run_OneItemIsRefused_TheOthersGoAndItIsParkedWithTheReason()
    {
        await using var outbox = new OutboxFixture();
        var items = await outbox.Waiting(3);
        outbox.Ledger.Answer = _ => ScriptedLedger.Results([("ok", ""), ("NO_DEVICE", ""), ("ok", "")]);

        await outbox.Flight.Run(items, s_never);

        Assert.Equal([ItemState.Committed, ItemState.Parked, ItemState.Committed], outbox.Items().Select(item => item.State));
        Assert.Equal("NO_DEVICE", outbox.Items()[1].Reason);
        Assert.Equal(1, outbox.Operator.Retry(null));
        Assert.Equal("7F3A|2", Assert.Single(await outbox.Store.Pending(0, 10, s_never)).Key);
        outbox.Log.NoErrors(expected: 2314);
    }

    [Fact]
    public async Task Run_Conflict_IsProposedAgain()
    {
        await using var outbox = new OutboxFixture();
        var items = await outbox.Waiting(1);
        outbox.Ledger.OnStatus = id => id == "t1" ? new(11, 6) : new(0, 7);

        await outbox.Flight.Run(items, s_never);

        Assert.Equal(["endorse t1", "submit t1", "status t1", "endorse t2", "submit t2", "status t2"], outbox.Ledger.Asked);
        Assert.Equal("t2", outbox.Items()[0].TransactionId);
    }

    [Fact]
    public async Task Run_VoidForGood_IsParked()
    {
        await using var outbox = new OutboxFixture();
        var items = await outbox.Waiting(1);
        outbox.Ledger.OnStatus = _ => new(10, 6);

        await outbox.Flight.Run(items, s_never);

        Assert.Equal(ItemState.Parked, outbox.Items()[0].State);
        Assert.Contains("code 10", outbox.Items()[0].Reason);
    }

    [Fact]
    public async Task Run_ContractThrowsForAGroup_EachGoesAlone()
    {
        await using var outbox = new OutboxFixture();
        var items = await outbox.Waiting(3);
        outbox.Ledger.Answer = call => ScriptedLedger.Items(call).Any(item => (long)item!["seq"]! == 2)
            ? throw new LedgerException(LedgerFault.Refused, "MALFORMED: item 2")
            : ScriptedLedger.AllWritten(call);

        await outbox.Flight.Run(items, s_never);

        Assert.Equal([ItemState.Committed, ItemState.Parked, ItemState.Committed], outbox.Items().Select(item => item.State));
        Assert.Equal("MALFORMED: item 2", outbox.Items()[1].Reason);
    }

    [Fact]
    public async Task Run_SubmitAnswersNothingAndTheBlockDoesNotCome_TheSameEnvelopeGoesAgain()
    {
        await using var outbox = new OutboxFixture();
        var items = await outbox.Waiting(1);
        var asked = 0;
        outbox.Ledger.OnStatus = _ => asked++ == 0 ? null : new(0, 7);

        await outbox.Flight.Run(items, s_never);

        Assert.Equal(["endorse t1", "submit t1", "status t1", "submit t1", "status t1"], outbox.Ledger.Asked);
    }

    [Fact]
    public async Task Run_NetworkIsDown_IsWaitedOut()
    {
        await using var outbox = new OutboxFixture();
        var items = await outbox.Waiting(1);
        var submits = 0;
        outbox.Ledger.OnSubmit = _ => submits++ < 3 ? throw new LedgerException(LedgerFault.TryAgain, "orderer: connection refused") : Task.CompletedTask;

        await outbox.Flight.Run(items, s_never);

        Assert.Equal(4, outbox.Ledger.Asked.Count(line => line == "submit t1"));
        Assert.Single(outbox.Ledger.Asked, line => line.StartsWith("endorse", StringComparison.Ordinal));
        Assert.Equal(ItemState.Committed, outbox.Items()[0].State);
    }

    [Fact]
    public async Task Run_OrdererWillNeverTakeTheEnvelope_ItemsGoWithANewOne()
    {
        await using var outbox = new OutboxFixture();
        var items = await outbox.Waiting(1);
        outbox.Ledger.OnSubmit = id => id == "t1" ? throw new LedgerException(LedgerFault.Denied, "certificate has ended") : Task.CompletedTask;
        outbox.Ledger.OnStatus = id => id == "t1" ? null : new(0, 7);

        await outbox.Flight.Run(items, s_never);

        Assert.Equal(["endorse t1", "submit t1", "status t1", "endorse t2", "submit t2", "status t2"], outbox.Ledger.Asked);
        Assert.Equal("t2", outbox.Items()[0].TransactionId);
    }

    [Fact]
    public async Task Resume_WasCommitted_NothingIsSubmitted()
    {
        await using var outbox = new OutboxFixture();
        var open = await KilledAfterEndorse(outbox);

        await outbox.Flight.Resume(open, s_never);

        Assert.Equal(["status t0"], outbox.Ledger.Asked);
        Assert.Equal((ItemState.Committed, "t0"), (outbox.Items()[0].State, outbox.Items()[0].TransactionId));
    }

    [Fact]
    public async Task Resume_NotInABlock_TheSameEnvelopeIsSubmitted()
    {
        await using var outbox = new OutboxFixture();
        var open = await KilledAfterEndorse(outbox);
        var asked = 0;
        outbox.Ledger.OnStatus = _ => asked++ == 0 ? null : new(0, 7);

        await outbox.Flight.Resume(open, s_never);

        Assert.Equal(["status t0", "submit t0", "status t0"], outbox.Ledger.Asked);
        Assert.Equal(ItemState.Committed, outbox.Items()[0].State);
    }

    [Fact]
    public async Task Resume_ConflictMeanwhile_ContractSaysExistsAndNothingMoreIsWritten()
    {
        await using var outbox = new OutboxFixture();
        var open = await KilledAfterEndorse(outbox);
        outbox.Ledger.OnStatus = id => id == "t0" ? new(11, 6) : new(0, 5);
        outbox.Ledger.Answer = _ => ScriptedLedger.Results([("exists", "t-other")]);

        await outbox.Flight.Resume(open, s_never);

        Assert.Equal(["status t0", "endorse t1", "status t-other"], outbox.Ledger.Asked);
        Assert.Equal((ItemState.Committed, "t-other"), (outbox.Items()[0].State, outbox.Items()[0].TransactionId));
    }

    [Fact]
    public async Task Run_StoppedBetweenSubmitAndCommit_IsCarriedOnByTheNextRun()
    {
        await using var outbox = new OutboxFixture();
        var items = await outbox.Waiting(2);
        using var stopping = new CancellationTokenSource();
        outbox.Ledger.OnStatus = _ =>
        {
            stopping.Cancel();
            throw new LedgerException(LedgerFault.TryAgain, "going down");
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => outbox.Flight.Run(items, stopping.Token));
        await outbox.Restart();

        Assert.Empty(await outbox.Store.Pending(0, 10, s_never));
        var open = Assert.Single(await outbox.Store.OpenTransactions(s_never));
        Assert.Equal(("t1", 2), (open.TransactionId, open.Items.Count));
    }

    /// <summary>A run that was killed when the envelope was written down: nobody knows whether it was submitted.</summary>
    private static async Task<OpenTransaction> KilledAfterEndorse(OutboxFixture outbox)
    {
        var items = await outbox.Waiting(1);
        await outbox.Store.Endorsed("evidence:SubmitBatches", new("t0", "t0"u8.ToArray(), default), items, [], s_never);
        await outbox.Restart();
        return Assert.Single(await outbox.Store.OpenTransactions(s_never));
    }
}
