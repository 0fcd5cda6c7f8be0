using System.Text.Json.Nodes;
using Appliance.Core.Evidence.Anchoring;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Evidence.Keys;

namespace Appliance.IntegrationTests.Store.Evidence;

public sealed class WatchlistVersionTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Record_EveryChange_IsASignedVersionThatNamesTheOneBefore()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        Assert.Null(await store.WatchlistVersions.Record("net-a"));

        var jane = (await store.Watchlist.Add(StoreFolder.Entry(), [StoreFolder.Photo()], StoreFolder.Someone)).Value!;
        var first = (await store.WatchlistVersions.Record("net-a"))!;
        Assert.Null(await store.WatchlistVersions.Record("net-a"));
        Assert.Null(await store.WatchlistVersions.Record(null));
        await store.Watchlist.Update(jane.Id, null, StoreFolder.Entry(notes: "seen again"), StoreFolder.Someone);
        var second = (await store.WatchlistVersions.Record(null))!;
        var third = (await store.WatchlistVersions.Record("net-b"))!;
        await store.Watchlist.Remove(jane.Id, null, false, StoreFolder.Someone);
        var fourth = (await store.WatchlistVersions.Record("net-b"))!;

        var all = await store.WatchlistVersions.List(long.MaxValue, 10);
        Assert.Equal([fourth, third, second, first], all, (one, other) => one.Version == other.Version && one.Hash == other.Hash);
        Assert.Equal([1, 1, 1, 0], new[] { first, second, third, fourth }.Select(version => version.Persons));
        var prev = WatchlistStatement.NoPrev;
        foreach (var version in all.Reverse())
        {
            Assert.Equal(prev, version.PrevHash);
            var statement = new WatchlistStatement("7F3A", "watchlist", version.Version, version.PrevHash, version.Hash);
            Assert.Equal(version.Signer, SignerRecovery.Instance.Recover(statement.SignedDigest(), version.Signature)!.Value.Value);
            prev = version.Hash;
        }

        Assert.Equal(4, all.Select(version => version.Hash).Distinct().Count());
    }

    [Fact]
    public async Task Open_DatabaseLost_GoesOnAfterTheLastVersion()
    {
        string last;
        await using (var store = await EvidenceFixture.Open(_folder))
        {
            await store.Watchlist.Add(StoreFolder.Entry(), [StoreFolder.Photo()], StoreFolder.Someone);
            last = (await store.WatchlistVersions.Record("net-a"))!.Hash;
        }

        foreach (var file in Directory.EnumerateFiles(_folder.Path, "watchpost.db*"))
            File.Delete(file);
        await using var fresh = await EvidenceFixture.Open(_folder);
        var next = (await fresh.WatchlistVersions.Record("net-a"))!;

        Assert.Equal((2L, last, 0), (next.Version, next.PrevHash, next.Persons));
    }

    [Fact]
    public async Task Waiting_KeyRotatedBeforeItWasHandedOver_IsSignedByTheNewKey()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        await store.Watchlist.Add(StoreFolder.Entry(), [StoreFolder.Photo()], StoreFolder.Someone);
        var version = (await store.WatchlistVersions.Record("net-a"))!;
        var next = EvidenceKey.Make();

        await store.Evidence.Use(next, null, StoreFolder.Someone);

        var element = JsonNode.Parse(Assert.Single(await store.Anchors.Waiting(AnchorKind.Watchlist, "https", 10, default)).Json)!;
        Assert.Equal(next.Address.Value, (string?)element["signer"]);
        var statement = new WatchlistStatement("7F3A", "watchlist", version.Version, version.PrevHash, version.Hash);
        Assert.True(EvidenceSignature.TryParse((string?)element["signature"], out var signature));
        Assert.Equal(next.Address, SignerRecovery.Instance.Recover(statement.SignedDigest(), signature));
        // The box's own record is of its time.
        Assert.NotEqual(next.Address.Value, Assert.Single(await store.WatchlistVersions.List(long.MaxValue, 10)).Signer);
    }

    [Fact]
    public async Task Waiting_EachWay_HasItsOwnPlace()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        await store.Watchlist.Add(StoreFolder.Entry(), [StoreFolder.Photo()], StoreFolder.Someone);
        await store.WatchlistVersions.Record("net-a");
        await store.WatchlistVersions.Record("net-b");

        await store.Anchors.Sent("https", await store.Anchors.Waiting(AnchorKind.Watchlist, "https", 1, default), [], default);

        Assert.Equal([2], (await store.Anchors.Waiting(AnchorKind.Watchlist, "https", 10, default)).Select(one => one.Position));
        Assert.Equal([1, 2], (await store.Anchors.Waiting(AnchorKind.Watchlist, "mqtt", 10, default)).Select(one => one.Position));
        await store.Anchors.Refuse([new(AnchorKind.Watchlist, 1, "one", "PREV_MISMATCH", "", DateTimeOffset.UtcNow)], default);
        Assert.Equal(0, await store.Anchors.Retry(["NO_DEVICE"], DateTimeOffset.MaxValue, default));
        Assert.Equal(1, await store.Anchors.Retry(null, DateTimeOffset.MaxValue, default));
        Assert.Equal([1, 2], (await store.Anchors.Waiting(AnchorKind.Watchlist, "https", 10, default)).Select(one => one.Position));
    }

    [Fact]
    public async Task Sent_SomethingBeforeItWaitsAgainMeanwhile_WaitsAsWell()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        await store.Watchlist.Add(StoreFolder.Entry(), [StoreFolder.Photo()], StoreFolder.Someone);
        await store.WatchlistVersions.Record("net-a");
        await store.WatchlistVersions.Record("net-b");
        var first = await store.Anchors.Waiting(AnchorKind.Watchlist, "https", 1, default);
        await store.Anchors.Sent(
            "https", first, [new(AnchorKind.Watchlist, 1, "one", "NO_DEVICE", "", DateTimeOffset.UtcNow)], default);

        var second = await store.Anchors.Waiting(AnchorKind.Watchlist, "https", 1, default);
        Assert.Equal(1, await store.Anchors.Retry(null, DateTimeOffset.MaxValue, default));
        await store.Anchors.Sent("https", second, [], default);

        Assert.Equal(2, second.Single().Position);
        Assert.Equal([1, 2], (await store.Anchors.Waiting(AnchorKind.Watchlist, "https", 10, default)).Select(one => one.Position));
    }
}
