using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Evidence.Keys;
using Appliance.Store;
using Appliance.Store.Evidence;

namespace Appliance.IntegrationTests.Store.Evidence;

/// <summary>The process dies at any moment (SIGKILL) while it records, closes batches and changes keys.</summary>
public sealed class EvidenceCrashTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Seal_KilledAgainAndAgain_TheLogVerifiesAndNothingIsHalf()
    {
        var acknowledged = new Dictionary<string, string>();
        for (var round = 0; round < 8; round++)
        {
            using var process = WriterProcess.Start("evidence", _folder.Path);
            foreach (var line in await process.KillAfter(Random.Shared.Next(1, 25), TimeSpan.FromMilliseconds(Random.Shared.Next(30))))
            {
                if (line.Split(' ') is [{ Length: 26 } id, { Length: 64 } digest])
                    acknowledged.Add(id, digest);
            }

            await using var store = await EvidenceFixture.Open(_folder);
            await Check(store, acknowledged);
        }

        Assert.True(acknowledged.Count >= 8);
    }

    private async Task Check(ApplianceStore store, Dictionary<string, string> acknowledged)
    {
        var records = (await store.Evidence.List(new(), null, 100_000)).Items;
        Assert.DoesNotContain(records, record => record.State == EvidenceState.Pending);
        Assert.All(records.Where(record => record.State == EvidenceState.Missing), record => Assert.Contains("stopped", record.Reason, StringComparison.Ordinal));
        Assert.All(acknowledged, pair => Assert.Equal(
            pair.Value, Convert.ToHexStringLower(records.Single(record => record.Alert.Value == pair.Key).Digest!)));

        // Batches: gap-free, chained, each signed by the key of its time.
        await store.Evidence.CloseBatch(TimeSpan.Zero, default);
        var (batches, keys) = (await store.Evidence.Batches(0, 100_000), await store.Evidence.Keys());
        var prev = BatchHeader.NoPrev;
        for (var i = 0; i < batches.Count; i++)
        {
            var batch = batches[i];
            Assert.Equal((i + 1L, prev), (batch.Header.Seq, batch.Header.Prev));
            Assert.Equal(keys.Last(key => key.FirstBatch <= batch.Header.Seq).Address, batch.Signer);
            Assert.Equal(batch.Signer, SignerRecovery.Instance.Recover(batch.Header.SignedDigest(), batch.Signature)!.Value.Value);
            prev = Convert.ToHexStringLower(batch.Header.Hash());
        }

        Assert.All(keys.Skip(1), key => Assert.NotNull(key.OldSignature));
        Assert.Equal(keys[^1].Address, store.Evidence.Signer!.Address.Value);
        foreach (var record in records.Where(record => record.State == EvidenceState.Complete))
        {
            Assert.Equal(record.Digest, ManifestJson.Digest((await store.Evidence.Manifest(record.Alert))!));
            Assert.Equal(record.Signer, SignerRecovery.Instance.Recover(PersonalMessage.Digest(record.Digest), record.Signature)!.Value.Value);
            var proof = (await store.Evidence.Prove(record.Alert))!;
            Assert.True(MerkleTree.VerifyInclusion(
                MerkleTree.LeafHash(record.Digest), proof.Index, proof.Batch.Header.Size, proof.Path, Convert.FromHexString(proof.Batch.Header.Root)));
            await using var clip = (await store.Evidence.Open(record.Alert, "clip.mp4"))!;
            Assert.Equal(70_000, clip.Length);
        }

        var files = Directory.EnumerateFiles(Path.Combine(_folder.Path, "evidence"), "*", SearchOption.AllDirectories)
            .Count(file => !file.EndsWith("head.json", StringComparison.Ordinal));
        Assert.Equal(records.Count(record => record.State == EvidenceState.Complete), files);
    }
}
