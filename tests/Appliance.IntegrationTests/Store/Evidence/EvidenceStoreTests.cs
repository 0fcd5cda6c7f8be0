using System.Security.Cryptography;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Evidence.Keys;
using Appliance.Store;
using Appliance.Store.Evidence;

namespace Appliance.IntegrationTests.Store.Evidence;

public sealed class EvidenceStoreTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Seal_Record_IsSignedProvenAndReadable()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        var alert = await EvidenceFixture.Raise(store);
        Assert.Equal(EvidenceState.Pending, (await store.Evidence.Find(alert.Id))!.State);

        var record = await EvidenceFixture.Record(store, alert, close: true);

        Assert.Equal((EvidenceState.Complete, 100_000L, 1L, 0), (record.State, record.Bytes, record.Batch, record.Leaf));
        var manifest = (await store.Evidence.Manifest(alert.Id))!;
        Assert.Equal(record.Digest, ManifestJson.Digest(manifest));
        Assert.Equal(record.Signer, SignerRecovery.Instance.Recover(ManifestJson.SignedDigest(manifest), record.Signature)!.Value.Value);
        var proof = (await store.Evidence.Prove(alert.Id))!;
        Assert.Equal(record.Signer, SignerRecovery.Instance.Recover(proof.Batch.Header.SignedDigest(), proof.Batch.Signature)!.Value.Value);
        Assert.True(MerkleTree.VerifyInclusion(
            MerkleTree.LeafHash(record.Digest), proof.Index, proof.Batch.Header.Size, proof.Path, Convert.FromHexString(proof.Batch.Header.Root)));

        await using var clip = (await store.Evidence.Open(alert.Id, "clip.mp4"))!;
        clip.Position = 65_530;
        var part = new byte[100];
        await clip.ReadExactlyAsync(part);
        Assert.Equal(EvidenceFixture.Clip(100_000)[65_530..65_630], part);
        var file = Assert.Single(Directory.EnumerateFiles(_folder.Path, "*.wpe", SearchOption.AllDirectories));
        Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(EvidenceFixture.Clip(100_000).AsSpan(0, 32)));
        Assert.EndsWith($"/evidence/{alert.Utc:yyyy/MM/dd}/{alert.Id}.clip.mp4.wpe", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Append_AlertWithoutWishForEvidence_GetsNone()
    {
        await using var store = await EvidenceFixture.Open(_folder);

        var alert = await store.Alerts.Append(StoreFolder.Alert() with { KeepEvidence = false }, default);

        Assert.Equal(EvidenceState.None, (await store.Evidence.Find(alert.Id))!.State);
    }

    [Fact]
    public async Task Open_FileCutOrSwapped_IsNamed()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        var (one, two) = (await EvidenceFixture.Raise(store), await EvidenceFixture.Raise(store));
        await EvidenceFixture.Record(store, one);
        await EvidenceFixture.Record(store, two);
        string File(string id) => Directory.EnumerateFiles(_folder.Path, $"{id}*.wpe", SearchOption.AllDirectories).Single();

        System.IO.File.Copy(File(two.Id.Value), File(one.Id.Value), overwrite: true);
        using (var file = new FileStream(File(two.Id.Value), FileMode.Open))
            file.SetLength(16 + 65_536 + 16);

        Assert.Contains("changed", (await Assert.ThrowsAsync<StoreException>(() => store.Evidence.Open(one.Id, "clip.mp4"))).Message, StringComparison.Ordinal);
        Assert.Contains("cut off", (await Assert.ThrowsAsync<StoreException>(() => store.Evidence.Open(two.Id, "clip.mp4"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seal_ThousandLeaves_ClosesTheBatchByItself()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        var alerts = await Task.WhenAll(Enumerable.Range(0, BatchHeader.MaxLeaves + 1).Select(_ => EvidenceFixture.Raise(store)));
        await Task.WhenAll(alerts.Select(alert => store.Evidence.Seal(
            new()
            {
                Alert = alert.Id,
                Manifest = address => ManifestJson.Write(EvidenceFixture.Manifest(alert, address, [])),
                Artefacts = [],
                KeepUntil = alert.Utc,
            },
            default)));

        var batch = Assert.Single(await store.Evidence.Batches(0, 10));

        Assert.Equal(BatchHeader.MaxLeaves, batch.Header.Size);
        var late = (await store.Evidence.List(new() { }, null, 2000)).Items.Single(record => record.Batch == 2);
        Assert.Null(await store.Evidence.Prove(late.Alert));
        Assert.NotNull(await store.Evidence.CloseBatch(TimeSpan.Zero, default));
        Assert.NotNull(await store.Evidence.Prove(late.Alert));
    }

    [Fact]
    public async Task CloseBatch_BeforeItsTime_Waits()
    {
        var clock = new SetClock();
        await using var store = await EvidenceFixture.Open(_folder, clock: clock);
        await EvidenceFixture.Record(store, await EvidenceFixture.Raise(store));

        Assert.Null(await store.Evidence.CloseBatch(TimeSpan.FromSeconds(60), default));
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.NotNull(await store.Evidence.CloseBatch(TimeSpan.FromSeconds(60), default));
        Assert.Null(await store.Evidence.CloseBatch(TimeSpan.Zero, default));
    }

    [Fact]
    public async Task Head_LaterLog_IsConsistentWithTheEarlierOne()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        for (var i = 0; i < 5; i++)
            await EvidenceFixture.Record(store, await EvidenceFixture.Raise(store), 10, close: true);

        var (earlier, later) = ((await store.Evidence.Head(2))!.Value, (await store.Evidence.Head(null))!.Value);
        var proof = (await store.Evidence.Consistency(2, 5))!;

        Assert.Equal(5, later.Head.Batches);
        Assert.True(MerkleTree.VerifyConsistency(
            2, Convert.FromHexString(earlier.Head.Root), 5, Convert.FromHexString(later.Head.Root), proof));
        Assert.Equal(later.Signer, SignerRecovery.Instance.Recover(later.Head.SignedDigest(), later.Signature)!.Value.Value);
        Assert.Null(await store.Evidence.Consistency(2, 6));
    }

    [Fact]
    public async Task Rotate_Key_IsSignedByBothAndEndsTheOldOnesBatches()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        var keys = new EvidenceKeys(_folder.Path, store.Evidence);
        await keys.Load(null, default);
        await EvidenceFixture.Record(store, await EvidenceFixture.Raise(store));
        var old = store.Evidence.Signer!.Address.Value;

        Assert.Null(await keys.Rotate(StoreFolder.Someone, default));
        await EvidenceFixture.Record(store, await EvidenceFixture.Raise(store), close: true);

        var records = await store.Evidence.Keys();
        var change = KeyStatement.Read(records[1].Record);
        var digest = KeyStatement.SignedDigest(records[1].Record);
        Assert.Equal((old, store.Evidence.Signer.Address.Value, 2L), (change.OldAddress, change.NewAddress, change.FirstBatch));
        Assert.Equal(old, SignerRecovery.Instance.Recover(digest, records[1].OldSignature)!.Value.Value);
        Assert.Equal(change.NewAddress, SignerRecovery.Instance.Recover(digest, records[1].NewSignature)!.Value.Value);
        Assert.Equal([old, change.NewAddress], (await store.Evidence.Batches(0, 10)).Select(batch => batch.Signer));
        Assert.Equal("600", Convert.ToString((int)File.GetUnixFileMode(Path.Combine(_folder.Path, "evidence.key")), 8));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "evidence.key.next")));
    }

    [Fact]
    public async Task Open_DatabaseLost_GoesOnAfterTheLastBatch()
    {
        BatchHeader last;
        await using (var store = await EvidenceFixture.Open(_folder))
        {
            await EvidenceFixture.Record(store, await EvidenceFixture.Raise(store), close: true);
            await EvidenceFixture.Record(store, await EvidenceFixture.Raise(store), close: true);
            last = (await store.Evidence.Batches(1, 1))[0].Header;
        }

        foreach (var file in Directory.EnumerateFiles(_folder.Path, "watchpost.db*"))
            File.Delete(file);
        await using var anew = await EvidenceFixture.Open(_folder);
        await EvidenceFixture.Record(anew, await EvidenceFixture.Raise(anew), close: true);

        var next = (await anew.Evidence.Batches(2, 1))[0].Header;
        Assert.Equal((3L, Convert.ToHexStringLower(last.Hash())), (next.Seq, next.Prev));
    }

    [Fact]
    public async Task RotateKey_OfTheStore_ArtefactsStillOpen()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        var alert = await EvidenceFixture.Raise(store);
        await EvidenceFixture.Record(store, alert);

        await store.RotateKey(StoreFolder.Someone);

        await using var clip = (await store.Evidence.Open(alert.Id, "clip.mp4"))!;
        Assert.Equal(SHA256.HashData(EvidenceFixture.Clip(100_000)), await SHA256.HashDataAsync(clip));
        Assert.NotNull(await store.Evidence.Manifest(alert.Id));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder.Path, "keys"), "*.key"));
    }

    [Fact]
    public async Task Destroy_Record_LeavesDigestAndProofOnly()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        var alert = await EvidenceFixture.Raise(store);
        await EvidenceFixture.Record(store, alert, close: true);
        Assert.True((await store.Evidence.Hold(alert.Id, "case 12", StoreFolder.Someone)).IsDone);

        Assert.Equal(ChangeStatus.Refused, (await store.Evidence.Destroy(alert.Id, "asked for", StoreFolder.Someone)).Status);
        Assert.True((await store.Evidence.Release(alert.Id, "case closed", StoreFolder.Someone)).IsDone);
        var destroyed = await store.Evidence.Destroy(alert.Id, "asked for", StoreFolder.Someone);

        Assert.Equal(EvidenceState.Destroyed, destroyed.Value!.State);
        Assert.Null(await store.Evidence.Manifest(alert.Id));
        Assert.Null(await store.Evidence.Open(alert.Id, "clip.mp4"));
        Assert.NotNull(await store.Evidence.Prove(alert.Id));
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.wpe", SearchOption.AllDirectories));
        var audit = await store.Audit.List(new() { Action = "evidence." }, null, 20);
        Assert.Equal(["evidence.destroy", "evidence.release", "evidence.hold"], audit.Items.Take(3).Select(entry => entry.Action));
    }

    [Fact]
    public async Task Prune_OverBudgetAndOverTime_TakesTheOldestThatIsNotHeld()
    {
        var clock = new SetClock();
        await using var store = await EvidenceFixture.Open(_folder, maxBytes: 250_000, clock: clock);
        var alerts = new List<Core.Alerts.Alert>();
        for (var i = 0; i < 5; i++)
        {
            alerts.Add(await EvidenceFixture.Raise(store, clock.GetUtcNow()));
            await EvidenceFixture.Record(store, alerts[i], keepUntil: clock.GetUtcNow().AddDays(i == 4 ? 1 : 30));
        }

        await store.Evidence.Hold(alerts[0].Id, "case 12", StoreFolder.Someone);
        clock.Advance(TimeSpan.FromDays(2));

        Assert.Equal(3, await store.Evidence.Prune());

        var states = new List<EvidenceState>();
        foreach (var alert in alerts)
            states.Add((await store.Evidence.Find(alert.Id))!.State);
        Assert.Equal(
            [EvidenceState.Complete, EvidenceState.Destroyed, EvidenceState.Destroyed, EvidenceState.Complete, EvidenceState.Destroyed], states);
    }

    [SmallDiskFact]
    public async Task Create_DiskFull_SaysSoAndAlertsGoOn()
    {
        using var disk = SmallDisk.Mount(24);
        await using var store = await ApplianceStore.Open(
            new StoreOptions { DataDirectory = disk.Path, ReserveBytes = 4 << 20 }.With(minFree: 12 << 20), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var alert = await EvidenceFixture.Raise(store);
        using (var filler = File.Create(Path.Combine(disk.Path, "filler")))
            filler.Write(new byte[8 << 20]);

        var fault = Assert.Throws<StoreException>(() => store.Evidence.Create(alert.Id, alert.Utc, "clip.mp4", "video/mp4"));
        await store.Evidence.GiveUp(alert.Id, fault.Message, default);

        Assert.Equal(StoreFault.DiskFull, fault.Fault);
        Assert.Equal(EvidenceState.Missing, (await store.Evidence.Find(alert.Id))!.State);
        Assert.True((await EvidenceFixture.Raise(store)).Seq > alert.Seq);
    }

    [Fact]
    public async Task Figures_AfterARecord_CountWhatWasWrittenToday()
    {
        await using var store = await EvidenceFixture.Open(_folder, clock: new SetClock());
        await EvidenceFixture.Record(store, await EvidenceFixture.Raise(store));

        var figures = await store.Evidence.Figures();

        Assert.Equal((1L, 100_000L, 100_000L, 1L), (figures.Records, figures.Bytes, figures.BytesToday, figures.RecordsToday));
    }
}
