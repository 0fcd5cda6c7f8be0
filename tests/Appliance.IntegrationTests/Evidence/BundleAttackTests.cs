using System.Security.Cryptography;
using Appliance.Core.Evidence.Bundles;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Evidence.Keys;

namespace Appliance.IntegrationTests.Evidence;

/// <summary>The table of attacks in docs/evidence.md, row by row.</summary>
public sealed class BundleAttackTests
{
    private readonly BundleFixture _box = new();
    private readonly BundleVerifier _verifier = new(SignerRecovery.Instance);

    [Fact]
    public void Verify_GoodBundle_Holds()
    {
        _box.Alert();
        var alert = _box.Alert();

        var report = _verifier.Verify(_box.Bundle(alert), _box.Key.Address);

        Assert.True(report.Holds, string.Join('\n', report.Checks));
        Assert.Equal(_box.Key.Address.Value, report.Address);
    }

    [Fact]
    public void Verify_AnyByteFlipped_IsFoundAndNamed()
    {
        _box.Alert();
        var zip = _box.Bundle(_box.Alert());
        var places = Places(zip);

        // Every 11th byte, and of the long page, of clip and text every 389th; another bit each time.
        for (var at = 0; at < zip.Length; at += places[at] is "verify.html" or "artefacts/clip.mp4" or "README.txt" ? 389 : 11)
        {
            var changed = (byte[])zip.Clone();
            changed[at] ^= (byte)(1 << (at % 8));

            var report = _verifier.Verify(changed);

            Assert.False(report.Holds, $"byte {at} of {places[at]}");
            var words = string.Join('\n', report.Checks.Where(check => check.Verdict == CheckVerdict.Failed).Select(check => check.Explanation));
            Assert.True(words.Contains(places[at], StringComparison.Ordinal) || places[at].Length == 0, $"byte {at} of {places[at]}: {words}");
        }
    }

    [Fact]
    public void Verify_SwappedClip_IsNamed()
    {
        var (one, two) = (_box.Alert(), _box.Alert());
        // The thief exports it anew with the box's own key: the manifest still knows the clip.
        var contents = _box.Contents(one) with { Originals = _box.Contents(two).Originals };

        var report = _verifier.Verify(BundleWriter.Write(contents, _box.Key));

        Assert.Equal(["clip.mp4"], Failed(report));
    }

    [Fact]
    public void Verify_LeafTakenOutOfTheLog_IsFound()
    {
        var alerts = Enumerable.Range(0, 5).Select(_ => _box.Alert()).ToList();
        var without = alerts.Where(alert => alert != 2).Select(_box.Leaf).ToList();

        var report = _verifier.Verify(BundleWriter.Write(_box.Contents(2, leaves: without), _box.Key));

        Assert.Equal(["log"], Failed(report));
        // And whoever kept an earlier head sees that the log was written anew.
        var before = alerts.Select(_box.Leaf).ToList();
        Assert.False(MerkleTree.VerifyConsistency(
            5, MerkleTree.Root(before), 6, MerkleTree.Root([.. without, _box.Leaf(0), _box.Leaf(1)]),
            MerkleTree.ConsistencyProof([.. without, _box.Leaf(0), _box.Leaf(1)], 5)));
    }

    [Fact]
    public void Verify_BatchForgedByTheCompanion_IsFound()
    {
        var alert = _box.Alert();
        using var companion = EvidenceKey.Make();

        var report = _verifier.Verify(BundleWriter.Write(_box.Contents(alert, batchSigner: companion), _box.Key));
        var disguised = _box.Contents(alert, batchSigner: companion);
        disguised = disguised with { Proof = disguised.Proof with { Batch = disguised.Proof.Batch with { Signer = _box.Key.Address.Value } } };

        Assert.Equal(["key of its time"], Failed(report));
        Assert.Equal(["batch"], Failed(_verifier.Verify(BundleWriter.Write(disguised, _box.Key))));
    }

    [Fact]
    public void Verify_ReplayOfAnotherAlertsProof_IsFound()
    {
        var (one, two) = (_box.Alert(), _box.Alert());

        var mixed = _box.Contents(one) with { Proof = _box.Contents(two).Proof };

        Assert.Equal(["manifest", "signature"], Failed(_verifier.Verify(BundleWriter.Write(mixed, _box.Key))));
    }

    [Fact]
    public void Verify_OldKeyStolenAfterRotation_IsRefused()
    {
        _box.Alert();
        var stolen = _box.Rotate(firstBatch: 2);
        var alert = _box.Alert();

        var report = _verifier.Verify(BundleWriter.Write(_box.Contents(alert, batchSigner: stolen), _box.Key));

        Assert.Equal(["key of its time"], Failed(report));
        Assert.True(_verifier.Verify(_box.Bundle(alert)).Holds);
    }

    [Fact]
    public void Verify_KeySlippedInWithoutTheOldOne_IsRefused()
    {
        using var thief = EvidenceKey.Make();
        var alert = _box.Alert();
        var record = new KeyStatement(BundleFixture.Serial, 2, _box.Key.Address.Value, thief.Address.Value, 1, DateTimeOffset.UnixEpoch).ToJson();
        var signature = EvidenceSignature.Format(thief.Sign(KeyStatement.SignedDigest(record)));
        _box.Keys.Add(new(System.Text.Encoding.UTF8.GetString(record), signature, signature));

        Assert.Contains("keys", Failed(_verifier.Verify(_box.Bundle(alert))));
    }

    [Fact]
    public void Verify_ClockSetBack_IsFound()
    {
        var alert = _box.Alert(recorded: "2026-11-21T11:00:00.000Z");

        Assert.Equal(["clock"], Failed(_verifier.Verify(_box.Bundle(alert))));
    }

    [Fact]
    public void Verify_ClockNotSynchronised_IsSaid()
    {
        var report = _verifier.Verify(_box.Bundle(_box.Alert(synced: false)));

        Assert.True(report.Holds);
        Assert.Contains(report.Checks, check => check is { Name: "clock", Verdict: CheckVerdict.Note });
    }

    [Fact]
    public void Verify_WholeForgeryWithAnotherKey_IsFoundByTheRegistersAddress()
    {
        var forger = new BundleFixture();

        var report = _verifier.Verify(forger.Bundle(forger.Alert()), _box.Key.Address);

        Assert.Equal(["box"], Failed(report));
    }

    [Fact]
    public void Verify_FileAddedOrTakenOut_IsFound()
    {
        var entries = StoredZip.Read(_box.Bundle(_box.Alert()), out _);

        var more = StoredZip.Write([.. entries, new("note.txt", RandomNumberGenerator.GetBytes(3))]);
        var less = StoredZip.Write([.. entries.Where(entry => entry.Name != "artefacts/clip.mp4")]);

        Assert.Equal(["files"], Failed(_verifier.Verify(more)));
        Assert.Equal(["files"], Failed(_verifier.Verify(less)));
    }

    [Fact]
    public void Verify_CutOffAnywhere_IsFound()
    {
        var zip = _box.Bundle(_box.Alert());

        for (var length = 0; length < zip.Length; length += 211)
            Assert.False(_verifier.Verify(zip[..length]).Holds);
    }

    private static List<string> Failed(BundleReport report) =>
        [.. report.Checks.Where(check => check.Verdict == CheckVerdict.Failed).Select(check => check.Name).Distinct()];

    /// <summary>What each byte belongs to: a file's name for its content, nothing for headers.</summary>
    private static string[] Places(byte[] zip)
    {
        var places = Enumerable.Repeat("", zip.Length).ToArray();
        var at = 0;
        foreach (var entry in StoredZip.Read(zip, out _))
        {
            at += 30 + System.Text.Encoding.UTF8.GetByteCount(entry.Name);
            Array.Fill(places, entry.Name, at, entry.Content.Length);
            at += entry.Content.Length;
        }

        return places;
    }
}
