using System.Text;
using System.Text.Json.Nodes;
using Appliance.Capture.Serving;
using Appliance.IntegrationTests.EndToEnd;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.FabricGateway.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.FabricGateway;

/// <summary>
/// From a camera to the ledger and back: the daemon's process, the companion's process, and the double of a Fabric network, joined as an
/// operator joins them.
/// </summary>
[Collection(EndToEndCollection.Name)]
public sealed class BoxToLedgerTests(FaceVideo video)
{
    [Fact]
    public async Task Https_AlertOfACamera_EndsAsAReceiptInTheBundle()
    {
        await using var box = await Alerted(null);
        await using var site = await Site(await Address(box));
        await using var companion = await site.Run();
        var (certificate, key) = site.Authority.IssueClient(BoxConfiguration.Serial);

        // Switched on later: what was signed before is anchored as well.
        box.Configuration["Cameras"] = new JsonArray();
        box.Configuration["Anchoring"] = new JsonObject
        {
            ["Https"] = new JsonObject
            {
                ["Enabled"] = true,
                ["Address"] = companion.Boxes!.ToString(),
                ["Authority"] = site.Authority.CaFile,
                ["Certificate"] = certificate,
                ["Key"] = key,
            },
        };
        await box.Start();

        await EndsInTheBundle(box, site, "https");
    }

    [MosquittoFact]
    public async Task Mqtt_AlertOfACamera_EndsAsAReceiptInTheBundle()
    {
        await using var broker = await MosquittoBroker.Start();
        await using var box = await Alerted(broker);
        await using var site = await Site(await Address(box), configuration =>
        {
            configuration["Https"]!["Enabled"] = false;
            configuration["Mqtt"] = new JsonObject { ["Enabled"] = true, ["Host"] = broker.Host, ["Port"] = broker.Port };
        });
        await using var companion = await site.Run();
        await Patience.Until("the companion has subscribed", () => Task.FromResult(
            broker.Log.Contains("ea/+/evidence/key", StringComparison.Ordinal) ? "" : null));

        box.Configuration["Cameras"] = new JsonArray();
        box.Configuration["Anchoring"] = new JsonObject { ["Mqtt"] = new JsonObject { ["Enabled"] = true } };
        await box.Start();

        await EndsInTheBundle(box, site, "mqtt");
    }

    /// <summary>A box whose camera raised an alert with evidence; its log holds at least one batch.</summary>
    private async Task<Box> Alerted(MosquittoBroker? broker)
    {
        using var cameras = RtspServer.Start();
        var configuration = BoxConfiguration.Of(broker, ("gate", cameras.Mount("/gate", video.Path).Url));
        configuration["Cameras"]![0]!["PreRollSeconds"] = 10;
        configuration["Alerts"]!["Cooldown"] = "00:10:00";
        configuration["Evidence"] = new JsonObject
        {
            ["PreRoll"] = "00:00:01",
            ["PostRoll"] = "00:00:01",
            ["MinFreeBytes"] = 0,
            ["BatchInterval"] = "00:00:01",
        };
        var box = new Box(configuration);
        await box.Start();
        await Patience.Until("complete evidence in a batch", async () =>
            (await box.Get("/api/v1/evidence/batches")).AsArray().Count > 0 && await Complete(box) is { } one ? one : null);
        return box;
    }

    private static async Task<string> Address(Box box) =>
        (string)JsonNode.Parse((string)(await box.Get("/api/v1/evidence/keys"))[0]!["record"]!)!["newAddress"]!;

    private static async Task<JsonNode?> Complete(Box box) =>
        (await box.Get("/api/v1/evidence?state=complete"))["items"]!.AsArray().LastOrDefault(one => one!["batch"] is not null);

    private static Task<CompanionSite> Site(string address, Action<JsonObject>? change = null) => CompanionSite.Start(configuration =>
    {
        configuration["Devices"] = new JsonArray(new JsonObject { ["Serial"] = BoxConfiguration.Serial, ["Address"] = address });
        change?.Invoke(configuration);
    });

    private static async Task EndsInTheBundle(Box box, CompanionSite site, string way)
    {
        // The batch that holds the record may be the open one still.
        var record = (await Complete(box))!;
        var receipt = JsonNode.Parse((string)(await Patience.Until("the record's batch has a receipt", async () =>
            (await box.Get("/api/v1/evidence/batches")).AsArray()
                .SingleOrDefault(batch => (long)batch!["header"]!["seq"]! == (long)record["batch"]! && batch["receipt"] is not null)))["receipt"]!)!;
        var state = await Patience.Until("all batches have receipts", async () =>
            await box.Get("/api/v1/evidence/anchoring") is var one && (long)one["withoutReceipt"]! == 0 ? one : null);
        Assert.Equal(way, (string)state["ways"]!.AsArray().Single()!["way"]!);
        Assert.Equal(0, (long)state["refused"]!);
        Assert.Null((string?)state["ways"]![0]!["fault"]);

        var alert = (string)record["alert"]!;
        var zip = Path.Combine(box.Data, "..", "evidence.zip");
        await File.WriteAllBytesAsync(zip, (await box.Fetch($"/api/v1/alerts/{alert}/evidence/export")).Content);
        var (exit, output, error) = await DaemonProgram.Run(Patience.Long, "evidence", "verify", zip, "--address", await Address(box));

        Assert.True(exit == 0, output + error);
        var ledger = output.Split('\n').Single(line => line.Contains("ledger:", StringComparison.Ordinal));
        Assert.Contains($"channel {site.Network.Channel}", ledger, StringComparison.Ordinal);
        var transaction = (string)receipt["transaction"]!;
        Assert.Contains(transaction, ledger, StringComparison.Ordinal);
        // The ledger really has it.
        Assert.True(site.Network.Ledger.Find(transaction)!.IsValid);
        Assert.Empty(site.Network.Violations);
    }
}
