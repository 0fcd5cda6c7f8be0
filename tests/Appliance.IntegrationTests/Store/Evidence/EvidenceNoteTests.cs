using System.Text;
using Appliance.Core.Evidence.Bundles;
using Appliance.Core.Evidence.Notes;
using Appliance.Daemon.Evidence.Exports;
using Appliance.Daemon.Evidence.Keys;
using Appliance.Daemon.Evidence.Masking;
using Appliance.Daemon.Learning;
using Appliance.Store;

namespace Appliance.IntegrationTests.Store.Evidence;

public sealed class EvidenceNoteTests : IDisposable
{
    private static readonly string s_hash = new('5', 64);

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Note_BesideAlerts_IsALeafOfTheSameBatchAndBothVerify()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        var before = await EvidenceFixture.Raise(store);
        await EvidenceFixture.Record(store, before);
        var note = (await store.Evidence.Note(new("fl", "model.adopted", s_hash, "calib m1 (local)")))!;
        var after = await EvidenceFixture.Raise(store);
        await EvidenceFixture.Record(store, after, close: true);

        using var views = new EvidenceViews(store.Evidence);
        var exporter = Exporter(store, views);
        var verifier = new BundleVerifier(SignerRecovery.Instance);
        var address = store.Evidence.Signer!.Address;

        Assert.Equal((1L, 1), (note.Batch, note.Leaf));
        var proof = (await exporter.ExportNote(note.Id, StoreFolder.Someone, default)).Value!;
        var report = verifier.VerifyNote(proof, address);
        Assert.True(report.Holds, string.Join('\n', report.Checks));
        Assert.Equal(note.Id, report.Alert);
        Assert.Contains("leaf 1 of 3", report.Checks.Single(check => check.Name == "log").Explanation, StringComparison.Ordinal);
        foreach (var alert in new[] { before, after })
        {
            var bundle = verifier.Verify((await exporter.Export(alert.Id, "a test", StoreFolder.Someone, default)).Value!, address);
            Assert.True(bundle.Holds, string.Join('\n', bundle.Checks));
        }
    }

    [Fact]
    public async Task VerifyNote_AnyByteChanged_IsFound()
    {
        await using var store = await EvidenceFixture.Open(_folder);
        var note = (await store.Evidence.Note(new("fl", "model.adopted", s_hash, "calib")))!;
        using var views = new EvidenceViews(store.Evidence);
        var proof = (await Exporter(store, views).ExportNote(note.Id, StoreFolder.Someone, default)).Value!;
        var verifier = new BundleVerifier(SignerRecovery.Instance);

        for (var at = 0; at < proof.Length; at++)
        {
            var changed = proof.ToArray();
            changed[at] ^= 1;
            Assert.False(verifier.VerifyNote(changed).Holds, $"byte {at} of {Encoding.UTF8.GetString(proof)}");
        }
    }

    [Fact]
    public async Task Note_FromTheFederation_IsAuditedAndKeptOverARestart()
    {
        await using (var store = await EvidenceFixture.Open(_folder))
        {
            var notes = new FederationNotes(store.Audit, store.Evidence);
            await notes.Note("fl", "model.adopted", s_hash, "calib", default);
            await notes.Update("run-7-calib", 2, s_hash, "calib, run 7 round 2", default);
            await notes.Update("join-calib", -1, s_hash, "calib", default);
            Assert.Equal(3, (await store.Audit.List(new(), null, 100)).Items.Count(line => line.Action.StartsWith("fl.", StringComparison.Ordinal)));
        }

        await using var again = await EvidenceFixture.Open(_folder);
        var page = await again.Evidence.Notes("fl", null, 10);
        Assert.Equal(["update.sent", "update.sent", "model.adopted"], page.Items.Select(note => EvidenceNote.Read(note.Json).Subject));
        // The one without a round is in the log, but there is nothing to say to the ledger's contract.
        var element = Assert.Single(await again.Anchors.Waiting(Core.Evidence.Anchoring.AnchorKind.Update, "https", 10, default));
        Assert.Equal("update of run-7-calib round 2", element.Id);
    }

    [Fact]
    public async Task Note_WithoutKey_IsNone()
    {
        await using var store = await _folder.Open(_folder.Options().With());

        Assert.Null(await store.Evidence.Note(new("fl", "model.adopted", s_hash, "calib")));
    }

    private EvidenceExporter Exporter(ApplianceStore store, EvidenceViews views) =>
        new(store.Evidence, store.Audit, views, _folder.Path, "7F3A", TimeProvider.System);
}
