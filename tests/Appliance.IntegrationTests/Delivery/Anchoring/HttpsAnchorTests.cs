using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence.Bundles;
using Appliance.Daemon.Evidence.Exports;
using Appliance.Daemon.Evidence.Keys;
using Appliance.Daemon.Evidence.Masking;
using Appliance.Daemon.Host;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Store;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Delivery.Anchoring;

/// <summary>The box's side of anchoring over HTTPS: real store, TLS and signatures; the companion is a double.</summary>
public sealed class HttpsAnchorTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly StoreFolder _folder = new();
    private readonly ErrorTrap _log = new();

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Run_EverythingThatIsAnchored_ArrivesSignedAndBatchesGetReceipts()
    {
        await using var companion = await CompanionDouble.Start(_authority);
        await using var box = await AnchoredBox.Start(_folder, AnchoredBox.Https(_authority, companion.Url), log: _log);
        companion.Register[AnchoredBox.Serial] = [box.Address];

        var alert = await box.CloseBatch(Severity.Critical);
        await box.Store.Watchlist.Add(StoreFolder.Entry(), [StoreFolder.Photo()], StoreFolder.Someone);
        await box.Store.WatchlistVersions.Record("net-a");
        await box.Store.Evidence.Note(new("fl", "update.sent", Hash("update"), "calib") { Job = "run-7-calib", Round = 3 });
        Assert.Null(await new EvidenceKeys(_folder.Path, box.Store.Evidence).Rotated());
        await box.CloseBatch();
        await box.Anchored(3);
        await Patience.Until("all kinds", () => Task.FromResult(companion.Others.Count >= 4 ? "" : null));

        var others = companion.Others.ToLookup(one => one.Path, one => one.Element);
        var record = (await box.Store.Evidence.Find(alert.Id))!;
        Assert.Equal(Convert.ToHexStringLower(record.Digest!), (string)others["evidence"].Single()["digest"]!);
        Assert.Equal(AlertKinds.Watchlist, (string)others["evidence"].Single()["kind"]!);
        Assert.Equal(("watchlist", 1L), ((string)others["watchlists"].Single()["list"]!, (long)others["watchlists"].Single()["version"]!));
        Assert.Equal(("run-7-calib", 3L), ((string)others["updates"].Single()["job"]!, (long)others["updates"].Single()["round"]!));
        Assert.Single(others["keys"]);
        // Counted a moment after they are kept.
        await Patience.Until("the count", () => Task.FromResult(box.Way.Receipts == 3 ? "" : null));
        Assert.Null(box.Way.Fault);
        _log.NoErrors();

        // In the bundle, and verification says so.
        using var views = new EvidenceViews(box.Store.Evidence);
        var exporter = new EvidenceExporter(box.Store.Evidence, box.Store.Audit, views, _folder.Path, AnchoredBox.Serial, TimeProvider.System);
        var report = new BundleVerifier(SignerRecovery.Instance).Verify((await exporter.Export(alert.Id, "a test", StoreFolder.Someone, default)).Value!);
        Assert.True(report.Holds, string.Join('\n', report.Checks));
        Assert.Contains("channel evidence", report.Checks.Single(check => check.Name == "ledger").Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CompanionAwayThenBack_CatchesUpByItself()
    {
        using var port = new ReservedPort();
        await using var box = await AnchoredBox.Start(_folder, AnchoredBox.Https(_authority, $"https://127.0.0.1:{port.Number}"), log: _log);
        for (var i = 0; i < 5; i++)
            await box.CloseBatch();
        await Patience.Until("a fault", () => Task.FromResult(box.Way.Fault));

        await using var companion = await CompanionDouble.Start(_authority, port.Number);
        companion.Register[AnchoredBox.Serial] = [box.Address];
        foreach (var fault in new[] { 503, 429, 500 })
            companion.Faults.Enqueue(fault);

        await box.Anchored(5);
        await Patience.Until("no fault", () => Task.FromResult(box.Way.Fault is null ? "" : null));
        _log.NoErrors();
    }

    [Fact]
    public async Task Run_LedgerCommitsAfterARestartOfTheBox_ReceiptsComeWithoutNewHeaders()
    {
        await using var companion = await CompanionDouble.Start(_authority);
        companion.Commits = false;
        var options = AnchoredBox.Https(_authority, companion.Url);
        await using (var box = await AnchoredBox.Start(_folder, options))
        {
            companion.Register[AnchoredBox.Serial] = [box.Address];
            for (var i = 0; i < 3; i++)
                await box.CloseBatch();
            await Patience.Until("headers", () => Task.FromResult(companion.Count == 3 ? "" : null));
        }

        companion.Commits = true;
        await using var again = await AnchoredBox.Start(_folder, options);

        await again.Anchored(3);
    }

    [Fact]
    public async Task Run_MoreHeadersWaitingThanAnyPageHolds_AllAreAnchored()
    {
        await using var companion = await CompanionDouble.Start(_authority);
        await using (var offline = await AnchoredBox.Start(_folder))
        {
            companion.Register[AnchoredBox.Serial] = [offline.Address];
            // Notes are the cheapest leaves: a batch each.
            for (var i = 0; i < 510; i++)
            {
                await offline.Store.Evidence.Note(new("test", "leaf", Hash($"{i}"), ""));
                await offline.Store.Evidence.CloseBatch(TimeSpan.Zero, default);
            }
        }

        await using var box = await AnchoredBox.Start(_folder, AnchoredBox.Https(_authority, companion.Url));

        for (var page = 1; page <= 6; page++)
            await Patience.Until($"page {page}", () => Task.FromResult(Volatile.Read(ref companion.Posts) >= page ? "" : null));
        await box.Anchored(510);
        Assert.Equal(6, companion.Posts);
    }

    [Fact]
    public async Task Run_BoxNotInTheRegister_IsRefusedThenSentAgainWhenItIs()
    {
        await using var companion = await CompanionDouble.Start(_authority);
        await using var box = await AnchoredBox.Start(_folder, AnchoredBox.Https(_authority, companion.Url), log: _log);
        await box.CloseBatch(Severity.Critical);
        var refused = await Patience.Until("two refusals", async () =>
            await box.Store.Anchors.Refusals(10) is { Count: 2 } all ? all : null);
        Assert.All(refused, refusal => Assert.Equal("NO_DEVICE", refusal.Error));
        Assert.Equal(2, box.Store.Anchors.Refused.Count);

        companion.Register[AnchoredBox.Serial] = [box.Address];
        await box.Anchors.Retry(default);

        await box.Anchored(1);
        await Patience.Until("the critical alert", () => Task.FromResult(companion.Others.IsEmpty ? null : ""));
        Assert.Empty(await box.Store.Anchors.Refusals(10));
        Assert.Equal((0L, null), box.Store.Anchors.Refused);
        _log.NoErrors(1533);
    }

    [Fact]
    public async Task Run_ReceiptOfAnotherHeader_IsNotKept()
    {
        await using var companion = await CompanionDouble.Start(_authority);
        companion.Twist = receipt => receipt["root"] = Hash("another root");
        await using var box = await AnchoredBox.Start(_folder, AnchoredBox.Https(_authority, companion.Url));
        companion.Register[AnchoredBox.Serial] = [box.Address];

        await box.CloseBatch();
        var fault = await Patience.Until("a fault", () => Task.FromResult(box.Way.Fault));

        Assert.Equal("the receipt for batch 1: it is for another root", fault);
        Assert.Null((await box.Store.Evidence.Batches(0, 1))[0].Receipt);
        companion.Twist = null;
        await box.Anchored(1);
    }

    [Fact]
    public async Task Run_CertificateOfAnotherBox_IsRefused()
    {
        await using var companion = await CompanionDouble.Start(_authority);
        await using var box = await AnchoredBox.Start(_folder, AnchoredBox.Https(_authority, companion.Url, serial: "0001"));
        companion.Register[AnchoredBox.Serial] = [box.Address];

        await box.CloseBatch();
        var refused = await Patience.Until("a refusal", async () => (await box.Store.Anchors.Refusals(1)).FirstOrDefault());

        Assert.Equal(("batch 1", "NOT_YOURS"), (refused.Id, refused.Error));
    }

    [Fact]
    public async Task Run_CompanionOfAnotherAuthority_GetsNothing()
    {
        using var stranger = new TestAuthority("Somebody else");
        await using var companion = await CompanionDouble.Start(stranger);
        await using var box = await AnchoredBox.Start(_folder, AnchoredBox.Https(_authority, companion.Url));
        companion.Register[AnchoredBox.Serial] = [box.Address];

        await box.CloseBatch();
        var fault = await Patience.Until("a fault", () => Task.FromResult(box.Way.Fault));

        Assert.Contains("certificate refused", fault, StringComparison.Ordinal);
        Assert.Equal(0, companion.Posts);
    }

    [Fact]
    public async Task Run_DeviceCertificate_IsTheClientCertificate()
    {
        string fingerprint;
        using (var certificate = DeviceCertificate.LoadOrMake(_folder.Path, AnchoredBox.Serial, DateTimeOffset.UtcNow))
            fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        await using var companion = await CompanionDouble.Start(_authority, fingerprint: fingerprint);
        await using var box = await AnchoredBox.Start(_folder, new() { Enabled = true, Address = companion.Url, Authority = _authority.CaFile });
        companion.Register[AnchoredBox.Serial] = [box.Address];

        await box.CloseBatch();

        await box.Anchored(1);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}

/// <summary>A rotation as the operator asks for it.</summary>
internal static class Rotation
{
    public static async Task<string?> Rotated(this EvidenceKeys keys)
    {
        await keys.Load(null, default);
        return await keys.Rotate(StoreFolder.Someone, default);
    }
}
