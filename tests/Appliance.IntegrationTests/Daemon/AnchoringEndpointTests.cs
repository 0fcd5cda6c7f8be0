using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.Core.Evidence.Bundles;
using Appliance.Daemon.Evidence.Keys;
using Appliance.IntegrationTests.Delivery.Anchoring;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Daemon;

/// <summary>The running daemon anchors what happens in it, and says over REST how that goes.</summary>
public sealed class AnchoringEndpointTests : IAsyncLifetime
{
    private const string Serial = "test1";

    private readonly TestAuthority _authority = new();
    private CompanionDouble _companion = null!;
    private RunningBox _box = null!;

    public async Task InitializeAsync()
    {
        _companion = await CompanionDouble.Start(_authority);
        var (certificate, key) = _authority.IssueClient(Serial);
        _box = new RunningBox("", claim: true, $$"""
            "Anchoring": { "Https": {
              "Enabled": true, "Address": "{{_companion.Url}}", "Authority": "{{_authority.CaFile}}", "Certificate": "{{certificate}}", "Key": "{{key}}"
            } },
            """);
        await _box.InitializeAsync();
        var keys = await RunningBox.Json(await _box.Viewer.GetAsync("/api/v1/evidence/keys"), HttpStatusCode.OK);
        _companion.Register[Serial] = [(string)JsonNode.Parse((string)keys[0]!["record"]!)!["newAddress"]!];
    }

    public async Task DisposeAsync()
    {
        await _box.DisposeAsync();
        await _companion.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task Person_Enrolled_BecomesASignedVersionOfTheWatchlist()
    {
        await RunningBox.Json(
            await _box.Operator.PostAsJsonAsync("/api/v1/watchlist/persons", new { name = "Jane", category = "banned", legalBasis = "a test" }),
            HttpStatusCode.Created);

        var versions = await Patience.Until("a version", async () =>
            await _box.Operator.GetFromJsonAsync<JsonArray>("/api/v1/watchlist/versions") is { Count: > 0 } all ? all : null);
        var (_, element) = await Patience.Until<Tuple<string, JsonObject>>("it at the companion", () => Task.FromResult(
            _companion.Others.TryPeek(out var one) ? Tuple.Create(one.Path, one.Element) : null));

        Assert.Equal((1L, 1), ((long)versions[0]!["version"]!, (int)versions[0]!["persons"]!));
        Assert.Equal((string)versions[0]!["hash"]!, (string)element["hash"]!);
        Assert.DoesNotContain("Jane", element.ToJsonString(), StringComparison.Ordinal);
        await RunningBox.Problem(await _box.Viewer.GetAsync("/api/v1/watchlist/versions"), 403, "forbidden");
    }

    [Fact]
    public async Task Note_Exported_HasTheReceiptAndVerifies()
    {
        var note = (await _box.Host.Runtime.Store.Evidence.Note(new("fl", "model.adopted", new string('5', 64), "calib")))!;
        var listed = await RunningBox.Json(await _box.Viewer.GetAsync("/api/v1/evidence/notes?kind=fl"), HttpStatusCode.OK);
        Assert.Equal("model.adopted", (string)listed["items"]![0]!["note"]!["subject"]!);
        Assert.Equal(note.Id, (string)(await RunningBox.Json(await _box.Viewer.GetAsync($"/api/v1/evidence/notes/{note.Id}"), HttpStatusCode.OK))["id"]!);
        await RunningBox.Problem(await _box.Viewer.GetAsync($"/api/v1/evidence/notes/{note.Id}/export"), 403, "forbidden");
        await RunningBox.Problem(await _box.Viewer.GetAsync("/api/v1/evidence/notes/NONE"), 404, "not-found");

        // The export closes the batch; its header is anchored, and the next export has the receipt.
        await Export(note.Id);
        var state = await Patience.Until("a receipt", async () =>
            await _box.Viewer.GetFromJsonAsync<JsonObject>("/api/v1/evidence/anchoring") is { } one && (long)one["batches"]! == 1
            && (long)one["withoutReceipt"]! == 0 ? one : null);
        var report = new BundleVerifier(SignerRecovery.Instance).VerifyNote(await Export(note.Id));

        Assert.True(report.Holds, string.Join('\n', report.Checks));
        Assert.Contains("channel evidence", report.Checks.Single(check => check.Name == "ledger").Explanation, StringComparison.Ordinal);
        Assert.Equal(("https", 1L), ((string)state["ways"]![0]!["way"]!, (long)state["ways"]![0]!["receipts"]!));
        var metrics = await _box.Viewer.GetStringAsync("/metrics");
        Assert.Contains("watchpost_anchoring_up{way=\"https\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("watchpost_anchoring_receipts_total{way=\"https\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("watchpost_anchoring_refused 0", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_Refused_IsInHealthUntilRetried()
    {
        _companion.Register.TryRemove(Serial, out var address);
        var note = (await _box.Host.Runtime.Store.Evidence.Note(new("fl", "model.adopted", new string('5', 64), "calib")))!;
        await Export(note.Id);

        var state = await Patience.Until("a refusal", async () =>
            await _box.Viewer.GetFromJsonAsync<JsonObject>("/api/v1/evidence/anchoring") is { } one && (long)one["refused"]! == 1 ? one : null);
        Assert.Equal(("batch", "NO_DEVICE"), ((string)state["refusals"]![0]!["kind"]!, (string)state["refusals"]![0]!["error"]!));
        Assert.Contains(
            _box.Host.Runtime.Health.Report().Faults, fault => fault.Component == "anchoring" && fault.Reason.Contains("batch 1: NO_DEVICE", StringComparison.Ordinal));
        await RunningBox.Problem(await _box.Viewer.PostAsync("/api/v1/evidence/anchoring/retry", null), 403, "forbidden");

        _companion.Register[Serial] = address!;
        var retried = await RunningBox.Json(await _box.Operator.PostAsync("/api/v1/evidence/anchoring/retry", null), HttpStatusCode.OK);

        Assert.Equal(1, (int)retried["again"]!);
        await Patience.Until("a receipt", async () =>
            await _box.Viewer.GetFromJsonAsync<JsonObject>("/api/v1/evidence/anchoring") is { } one && (long)one["withoutReceipt"]! == 0 ? one : null);
        Assert.DoesNotContain(_box.Host.Runtime.Health.Report().Faults, fault => fault.Component.StartsWith("anchoring", StringComparison.Ordinal));
    }

    private async Task<byte[]> Export(string id)
    {
        using var response = await _box.Operator.GetAsync($"/api/v1/evidence/notes/{id}/export");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }
}
