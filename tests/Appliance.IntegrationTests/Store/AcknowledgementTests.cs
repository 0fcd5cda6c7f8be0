using Appliance.Core.Alerts;
using Appliance.Store;
using Appliance.Store.Alerts;

namespace Appliance.IntegrationTests.Store;

public sealed class AcknowledgementTests : IDisposable
{
    private const string Native = "mqtt.native";

    private readonly StoreFolder _folder = new();
    private readonly SetClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Complete_ConsumersRequired_RowStaysUntilAllOfThemHaveIt()
    {
        await using var store = await Open("vms-1", "vms-2");
        var outbox = store.Outbox(Native);
        await Fill(store, 3);

        await Take(outbox, 3);
        var waiting = outbox.Depth;
        await Acknowledge(outbox, "vms-1", new SeqRange(1, 3));
        var one = outbox.Depth;
        await Acknowledge(outbox, "vms-2", new SeqRange(2, 2));

        Assert.Equal((3, 3, 2), (waiting, one, outbox.Depth));
        Assert.Empty(await outbox.Read(0, 10, default));
        Assert.Equal(
            [new("vms-1", true, 3, 3, 0, _clock.GetUtcNow()), new ConsumerState("vms-2", true, 0, 2, 2, _clock.GetUtcNow())],
            await outbox.Consumers(default));
    }

    [Fact]
    public async Task Acknowledge_BeforeTheBrokerAnswered_RowLeavesWithTheAnswer()
    {
        await using var store = await Open("vms-1");
        var outbox = store.Outbox(Native);
        await Fill(store, 1);

        await Acknowledge(outbox, "vms-1", new SeqRange(1, 1));
        var before = outbox.Depth;
        await Take(outbox, 1);

        Assert.Equal((1, 0), (before, outbox.Depth));
    }

    [Fact]
    public async Task Acknowledge_AfterARestart_WhatWasSaidBeforeCounts()
    {
        await using (var store = await Open("vms-1"))
        {
            await Fill(store, 4);
            await Take(store.Outbox(Native), 4);
            await Acknowledge(store.Outbox(Native), "vms-1", new(1, 1), new(3, 3));
        }

        await using var reopened = await Open("vms-1");
        var outbox = reopened.Outbox(Native);
        var depth = outbox.Depth;
        await Acknowledge(outbox, "vms-1", new SeqRange(2, 4));

        Assert.Equal((2, 0), (depth, outbox.Depth));
        Assert.Equal(4, (await outbox.Consumers(default))[0].AcknowledgedThrough);
    }

    [Fact]
    public async Task Acknowledge_NumberNeverGiven_IsRefused()
    {
        await using var store = await Open("vms-1");
        await Fill(store, 2);
        await Take(store.Outbox(Native), 2);

        var refused = await store.Outbox(Native).Acknowledge([new("vms-1", [new(1, 1000)])], default);

        Assert.Equal(["vms-1 acknowledges 1–1000, but the last alert is 2"], refused);
        Assert.Equal(2, store.Outbox(Native).Depth);
    }

    [Fact]
    public async Task Acknowledge_ByStrangers_KeepsAFewNamesAndReleasesNothing()
    {
        await using var store = await Open("vms-1");
        await Fill(store, 1);
        await Take(store.Outbox(Native), 1);

        var refused = await store.Outbox(Native).Acknowledge(
            [.. Enumerable.Range(0, 100).Select(i => new Acknowledgement($"stranger-{i}", [new(1, 1)]))], default);

        Assert.Equal(37, refused.Count);
        Assert.Equal(64, (await store.Outbox(Native).Consumers(default)).Count);
        Assert.Equal(1, store.Outbox(Native).Depth);
    }

    [Fact]
    public async Task Redeliver_NotAcknowledgedInTime_ComesAgainLaterAndLater()
    {
        await using var store = await Open("vms-1");
        var outbox = store.Outbox(Native);
        await Fill(store, 2);
        await Take(outbox, 2);
        await Acknowledge(outbox, "vms-1", new SeqRange(1, 1));

        var early = await outbox.Redeliver(100, default);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var first = await outbox.Redeliver(100, default);
        var again = await outbox.Read(0, 10, default);
        await Take(outbox, 1);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var tooEarly = await outbox.Redeliver(100, default);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var second = await outbox.Redeliver(100, default);

        Assert.Equal((0, 1, 0, 1), (early, first, tooEarly, second));
        Assert.Equal([(2L, 1)], again.Select(row => (row.Alert.Seq, row.Attempts)));
        Assert.Equal(1, outbox.Depth);
    }

    [Fact]
    public async Task Redeliver_ClockSetBack_DoesNotWaitForItToCatchUp()
    {
        await using var store = await Open("vms-1");
        await Fill(store, 1);
        await Take(store.Outbox(Native), 1);

        _clock.Jump(-TimeSpan.FromDays(400));

        Assert.Equal(1, await store.Outbox(Native).Redeliver(100, default));
    }

    [Fact]
    public async Task Open_ConsumerNoLongerRequired_NothingWaitsForIt()
    {
        await using (var store = await Open("vms-1"))
        {
            await Fill(store, 3);
            await Take(store.Outbox(Native), 2);
        }

        await using var reopened = await Open();

        Assert.Equal(1, reopened.Outbox(Native).Depth);
    }

    [Fact]
    public async Task Open_ConsumerRequiredFromNowOn_OwesNothingOfThePast()
    {
        await using (var store = await Open())
        {
            await Fill(store, 3);
            await Take(store.Outbox(Native), 2);
        }

        await using var reopened = await Open("vms-1");

        Assert.Equal([new ConsumerState("vms-1", true, 2, 2, 1, null)], await reopened.Outbox(Native).Consumers(default));
    }

    [Fact]
    public async Task Prune_ConsumerNeverAcknowledges_TheLossIsAnAlertItself()
    {
        PruneResult pruned;
        await using (var store = await Open("vms-1", "vms-2"))
        {
            var outbox = store.Outbox(Native);
            await Fill(store, 3);
            await Take(outbox, 3);
            await Acknowledge(outbox, "vms-1", new SeqRange(1, 3));
            await Acknowledge(outbox, "vms-2", new SeqRange(1, 1));
            _clock.Advance(TimeSpan.FromDays(91));
            pruned = await store.Alerts.Prune(Tell);
        }

        await using var reopened = await Open("vms-1", "vms-2");
        var rows = await reopened.Outbox(Native).Read(0, 10, default);

        var gap = Assert.Single(pruned.GivenUp);
        Assert.Equal((2, 3, 2), (gap.FirstSeq, gap.LastSeq, gap.Count));
        Assert.Equal(["vms-2"], gap.LackedBy);
        Assert.Equal([(4L, AlertKinds.DataGap, 2L)], rows.Select(row => (row.Alert.Seq, row.Alert.Kind, row.Alert.Gap!.FirstSeq)));
        Assert.Equal([1, 1], (await reopened.Outbox(Native).Consumers(default)).Select(consumer => consumer.Behind));
        var entries = await reopened.Audit.List(new(), null, 10);
        Assert.Contains(entries.Items, entry => entry.Action == "outbox.given_up" && entry.Summary.Contains("vms-2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Replay_SomeGone_SaysWhichAndSendsTheRest()
    {
        await using var store = await Open();
        var outbox = store.Outbox(Native);
        await Fill(store, 3);
        await Take(outbox, 3);
        _clock.Advance(TimeSpan.FromDays(366));
        await Fill(store, 2);
        await store.Alerts.Prune();

        var replay = await outbox.Replay(new(2, 9), default);
        var rows = await outbox.Read(0, 10, default);

        Assert.Equal([new SeqRange(2, 3)], replay.Gone);
        Assert.Equal(2, replay.Queued);
        Assert.Equal([(4L, 0), (5L, 0)], rows.Select(row => (row.Alert.Seq, row.Attempts)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await outbox.Replay(new(1, 10_001), default));
    }

    private static Task Acknowledge(Outbox outbox, string consumer, params SeqRange[] ranges) =>
        outbox.Acknowledge([new(consumer, ranges)], default).AsTask();

    /// <summary>The broker takes the oldest.</summary>
    private static async Task Take(Outbox outbox, int count) =>
        await outbox.Complete([.. (await outbox.Read(0, count, default)).Select(row => row.RowId)], default);

    private static async Task Fill(ApplianceStore store, int count)
    {
        for (var i = 0; i < count; i++)
            await store.Alerts.Append(StoreFolder.Alert(), default);
    }

    private static Alert Tell(AlertGap gap) => StoreFolder.Alert() with { Kind = AlertKinds.DataGap, Gap = gap };

    private Task<ApplianceStore> Open(params string[] required) => _folder.Open(
        _folder.Options() with { RequiredConsumers = new Dictionary<string, IReadOnlyList<string>> { [Native] = required } }, _clock);
}
