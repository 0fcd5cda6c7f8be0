using System.Security.Cryptography;
using System.Text;
using Appliance.Core.Evidence.Bundles;
using Appliance.Core.Evidence.Content;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Evidence.Keys;

namespace Appliance.IntegrationTests.Evidence;

/// <summary>A box in memory: keys, a log of one batch, and the bundles of its alerts.</summary>
internal sealed class BundleFixture
{
    public const string Serial = "7F3A";

    private static readonly DateTimeOffset s_time = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly List<(byte[] Manifest, byte[] Clip)> _alerts = [];

    public EvidenceKey Key { get; private set; } = EvidenceKey.Make();

    public List<KeyDocument> Keys { get; } = [];

    public long Batch { get; set; } = 1;

    public BundleFixture() => AddKey(null, Key, 1);

    public EvidenceKey Rotate(long firstBatch)
    {
        var (old, fresh) = (Key, EvidenceKey.Make());
        AddKey(old, fresh, firstBatch);
        Key = fresh;
        Batch = firstBatch;
        return old;
    }

    public int Alert(bool? synced = true, string recorded = "2026-11-21T12:00:05.000Z")
    {
        var clip = RandomNumberGenerator.GetBytes(3000);
        var manifest = ManifestJson.Write(new EvidenceManifest
        {
            Device = new(Serial, "Pole 07", "north gate", 48.1, 11.5, "1.0", "b0", Key.Address.Value),
            Alert = new($"01K{_alerts.Count:D23}", _alerts.Count + 1, "watchlist", "critical", "2026-11-21T12:00:00.000Z", "", "", "", 3, null, 640, 360, 0.9, 1, null),
            Camera = new("gate", "Gate", "h264"),
            Clock = new(synced, recorded, 12),
            Artefacts = [new("clip.mp4", "video/mp4", clip.Length, Convert.ToHexStringLower(SHA256.HashData(clip)), UnixFsCid.Of(clip))],
        });
        _alerts.Add((manifest, clip));
        return _alerts.Count - 1;
    }

    /// <summary>The manifest's digest as an entry of the log.</summary>
    public byte[] Leaf(int alert) => MerkleTree.LeafHash(ManifestJson.Digest(_alerts[alert].Manifest));

    public BundleContents Contents(int alert, EvidenceKey? signer = null, EvidenceKey? batchSigner = null, IReadOnlyList<byte[]>? leaves = null, int? index = null)
    {
        var key = signer ?? Key;
        leaves ??= [.. Enumerable.Range(0, _alerts.Count).Select(Leaf)];
        var header = new BatchHeader(Serial, Batch, leaves.Count, BatchHeader.NoPrev, Convert.ToHexStringLower(MerkleTree.Root(leaves)));
        var (manifest, clip) = _alerts[alert];
        return new()
        {
            Manifest = manifest,
            Proof = new(
                ProofDocument.Version1, Convert.ToHexStringLower(ManifestJson.Digest(manifest)), key.Address.Value,
                EvidenceSignature.Format(key.Sign(ManifestJson.SignedDigest(manifest))), index ?? alert,
                [.. MerkleTree.InclusionProof(leaves, Math.Min(index ?? alert, leaves.Count - 1)).Select(Convert.ToHexStringLower)],
                new(
                    header.Device, header.Seq, header.Size, header.Prev, header.Root, (batchSigner ?? key).Address.Value,
                    EvidenceSignature.Format((batchSigner ?? key).Sign(header.SignedDigest()))),
                Keys, null),
            Originals = [new("clip.mp4", clip)],
            ExportedAt = ManifestJson.Time(s_time),
            By = "anna",
        };
    }

    public byte[] Bundle(int alert) => BundleWriter.Write(Contents(alert), Key);

    private void AddKey(EvidenceKey? old, EvidenceKey fresh, long firstBatch)
    {
        var record = new KeyStatement(Serial, Keys.Count + 1, old?.Address.Value ?? "", fresh.Address.Value, firstBatch, s_time).ToJson();
        var digest = KeyStatement.SignedDigest(record);
        Keys.Add(new(
            Encoding.UTF8.GetString(record), old is null ? null : EvidenceSignature.Format(old.Sign(digest)), EvidenceSignature.Format(fresh.Sign(digest))));
    }
}
