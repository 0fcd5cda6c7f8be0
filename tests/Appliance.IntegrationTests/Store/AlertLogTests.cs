using Appliance.Core.Alerts;
using Appliance.Store;
using Appliance.Store.Alerts;
using Appliance.Store.Audit;

namespace Appliance.IntegrationTests.Store;

public sealed class AlertLogTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Append_ManyAtOnce_NumbersWithoutGapInOutboxOrder()
    {
        await using var store = await _folder.Open();

        var stored = await Task.WhenAll(
            Enumerable.Range(0, 300).Select(_ => store.Alerts.Append(StoreFolder.Alert(), default).AsTask()));

        Assert.Equal(Enumerable.Range(1, 300).Select(n => (long)n), stored.Select(alert => alert.Seq).Order());
        var rows = await store.Outbox("mqtt.native").Read(0, 1000, default);
        Assert.Equal(Enumerable.Range(1, 300).Select(n => (long)n), rows.Select(row => row.Alert.Seq));
        Assert.Equal(300, store.Outbox("mqtt.native").Depth);
        Assert.True(store.Health().Commits < 300, "group commit shares transactions");
    }

    [Fact]
    public async Task Append_SameIdTwice_ReturnsTheFirstNumber()
    {
        await using var store = await _folder.Open();
        var alert = StoreFolder.Alert();

        var first = await store.Alerts.Append(alert, default);
        await store.Alerts.Append(StoreFolder.Alert(), default);
        var again = await store.Alerts.Append(alert, default);

        Assert.Equal(first.Seq, again.Seq);
        Assert.Equal(2, store.Outbox("mqtt.native").Depth);
    }

    [Fact]
    public async Task Find_AfterReopening_ReturnsTheAlertAsRaised()
    {
        var alert = StoreFolder.Alert(name: "Jane Exampleton") with { ClockSynced = true, MediaTime = TimeSpan.FromSeconds(3.5), TrackId = 7 };
        await using (var store = await _folder.Open())
            alert = await store.Alerts.Append(alert, default);

        await using var reopened = await _folder.Open();
        var found = await reopened.Alerts.Find(alert.Id);

        Assert.NotNull(found);
        Assert.Equal(alert.Models, found.Alert.Models);
        Assert.Equal(alert with { Models = found.Alert.Models, Notify = found.Alert.Notify }, found.Alert);
    }

    [Fact]
    public async Task List_FilteredAndPaged_ReturnsEachMatchOnce()
    {
        await using var store = await _folder.Open();
        for (var i = 0; i < 25; i++)
            await store.Alerts.Append(StoreFolder.Alert(i % 2 == 0 ? "gate" : "yard", severity: i < 20 ? Severity.Info : Severity.Critical), default);

        var filter = new AlertFilter { Camera = new("gate") };
        var seqs = new List<long>();
        string? cursor = null;
        do
        {
            var page = await store.Alerts.List(filter, cursor, 5);
            seqs.AddRange(page.Items.Select(alert => alert.Alert.Seq));
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 13).Select(i => 25L - (2 * i)), seqs);
        Assert.Equal(5, (await store.Alerts.List(new() { MinSeverity = Severity.Critical }, null, 100)).Items.Count);
        Assert.Empty((await store.Alerts.List(new() { To = DateTimeOffset.UnixEpoch }, null, 100)).Items);
        Assert.Empty((await store.Alerts.List(new() { Kind = "'; DROP TABLE alerts; --" }, null, 100)).Items);
    }

    [Fact]
    public async Task Review_TwoPersons_NeedsASecondOneWhoAgrees()
    {
        await using var store = await _folder.Open(_folder.Options(twoPersons: true));
        var id = (await store.Alerts.Append(StoreFolder.Alert(), default)).Id;
        var (alice, bob) = (new Actor("alice", ""), new Actor("bob", ""));

        var first = await store.Alerts.Review(id, 1, ReviewAction.Confirm, "it is her", alice);
        var same = await store.Alerts.Review(id, 2, ReviewAction.Confirm, "", alice);
        var stale = await store.Alerts.Review(id, 1, ReviewAction.Confirm, "", bob);
        var second = await store.Alerts.Review(id, 2, ReviewAction.Confirm, "agreed", bob);

        Assert.Equal(AlertState.PendingSecond, first.Value!.State);
        Assert.Equal(ChangeStatus.Refused, same.Status);
        Assert.Equal(ChangeStatus.VersionConflict, stale.Status);
        Assert.Equal(AlertState.Confirmed, second.Value!.State);
        var history = await store.Alerts.Reviews(id);
        Assert.Equal([("alice", "it is her"), ("bob", "agreed")], history.Select(review => (review.Reviewer, review.Comment)));
    }

    [Fact]
    public async Task Complete_SomeRows_LeavesTheOthersAcrossARestart()
    {
        await using (var store = await _folder.Open(_folder.Options(destinations: ["a", "b"])))
        {
            for (var i = 0; i < 3; i++)
                await store.Alerts.Append(StoreFolder.Alert(), default);
            var rows = await store.Outbox("a").Read(0, 2, default);
            await store.Outbox("a").Complete([.. rows.Select(row => row.RowId)], default);
            await store.Outbox("a").Complete([.. rows.Select(row => row.RowId)], default);
        }

        await using var reopened = await _folder.Open(_folder.Options(destinations: ["a", "b"]));

        Assert.Equal((1, 3), (reopened.Outbox("a").Depth, reopened.Outbox("b").Depth));
        Assert.Equal([3L], (await reopened.Outbox("a").Read(0, 10, default)).Select(row => row.Alert.Seq));
        await reopened.Outbox("a").WaitForMore(default);
        Assert.Equal(3, (await reopened.Outbox("a").Replay(new(1, 3), default)).Queued);
        Assert.Equal([3L, 1L, 2L], (await reopened.Outbox("a").Read(0, 10, default)).Select(row => row.Alert.Seq));
    }

    [Fact]
    public async Task Prune_OldAlerts_KeepsThoseStillWaiting()
    {
        var clock = new SetClock();
        var options = _folder.Options();
        await using var store = await _folder.Open(options, clock);
        for (var i = 0; i < 3; i++)
            await store.Alerts.Append(StoreFolder.Alert(), default);
        var outbox = store.Outbox("mqtt.native");
        var rows = await outbox.Read(0, 10, default);
        await outbox.Complete([rows[0].RowId], default);

        clock.Advance(TimeSpan.FromDays(80));
        var early = await store.Alerts.Prune();
        clock.Advance(TimeSpan.FromDays(300));
        var late = await store.Alerts.Prune();

        Assert.Equal(0, early.Alerts);
        Assert.Equal([new AlertGap("mqtt.native", 2, 3, 2, [])], late.GivenUp);
        Assert.Equal(3, late.Alerts);
        Assert.Equal(0, outbox.Depth);
        Assert.Equal(4, (await store.Alerts.Append(StoreFolder.Alert(), default)).Seq);
        var audit = await store.Audit.List(new(), null, 10);
        Assert.Equal(["alert.prune", "outbox.given_up"], audit.Items.Select(entry => entry.Action));
    }

    [Fact]
    public async Task Maintain_ClockJumpsAhead_RemovesNothing()
    {
        var clock = new SetClock();
        await using var store = await _folder.Open(clock: clock);
        await store.Alerts.Append(StoreFolder.Alert(), default);
        await store.Maintain();

        clock.Jump(TimeSpan.FromDays(4000));
        var result = await store.Maintain();

        Assert.Equal(0, result.Alerts);
        Assert.Equal(1, store.Outbox("mqtt.native").Depth);
    }
}
