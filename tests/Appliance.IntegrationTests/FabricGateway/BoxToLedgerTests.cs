using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Appliance.Capture.Serving;
using Appliance.IntegrationTests.EndToEnd;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Fabric.ContractProcess;
using Appliance.IntegrationTests.Fabric.GatewayDouble;
using Appliance.IntegrationTests.FabricGateway.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.FabricGateway;

/// <summary>
/// From a camera to the ledger and back: the daemon's process, the companion's process, and the double of a Fabric network, joined as an
/// operator joins them. Over HTTPS the network runs the real contract, in its own process.
/// </summary>
[Collection(EndToEndCollection.Name)]
public sealed class BoxToLedgerTests(FaceVideo video)
{
    [ContractFact]
    public async Task Https_AlertOfACamera_EndsAsAReceiptInTheBundle()
    {
        await using var contract = await ContractPeer.Start();
        await using var box = await Alerted(null);
        await using var site = await Site(await Address(box), contract: contract.Run);
        await using var admin = new AnchorMember(site.Network, "Org1MSP", "registrar", "admin");
        await admin.Submit("evidence:RegisterDevice", BoxConfiguration.Serial, (await box.Get("/api/v1/evidence/keys")).ToJsonString());
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
        await box.Enrol("Somebody", []);

        var zip = await EndsInTheBundle(box, site, "https");
        await IsOnTheLedger(box, admin, zip);
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

    private static Task<CompanionSite> Site(string address, Action<JsonObject>? change = null, ContractFunction? contract = null) => CompanionSite.Start(
        configuration =>
        {
            configuration["Devices"] = new JsonArray(new JsonObject { ["Serial"] = BoxConfiguration.Serial, ["Address"] = address });
            change?.Invoke(configuration);
        },
        contract);

    /// <returns>The bundle's file.</returns>
    private static async Task<string> EndsInTheBundle(Box box, CompanionSite site, string way)
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
        return zip;
    }

    /// <summary>What the contract itself says of the bundle, of the box's log and of its watchlist.</summary>
    private static async Task IsOnTheLedger(Box box, AnchorMember member, string zip)
    {
        await using var bundle = await ZipFile.OpenReadAsync(zip);
        await using var entry = await bundle.GetEntry("proof.json")!.OpenAsync();
        var proof = (await JsonNode.ParseAsync(entry))!;
        var (batch, digest, path) = (proof["batch"]!["seq"]!.ToString(), (string)proof["manifestDigest"]!, proof["path"]!.ToJsonString());
        var inclusion = await member.Ask("evidence:VerifyInclusion", BoxConfiguration.Serial, batch, digest, proof["index"]!.ToString(), path);
        var other = await member.Ask("evidence:VerifyInclusion", BoxConfiguration.Serial, batch, new string('0', 64), proof["index"]!.ToString(), path);
        Assert.Equal((true, false), ((bool)inclusion["included"]!, (bool)other["included"]!));
        Assert.Equal((string?)JsonNode.Parse((string)proof["receipt"]!)!["transaction"], (string?)inclusion["tx"]);

        var count = (await box.Get("/api/v1/evidence/batches")).AsArray().Count(one => one!["receipt"] is not null);
        var chain = await member.Ask("evidence:CheckChain", BoxConfiguration.Serial, "1", count.ToString(CultureInfo.InvariantCulture));
        Assert.Equal((count, 0, 0), ((int)chain["found"]!, chain["missing"]!.AsArray().Count, chain["broken"]!.AsArray().Count));

        var version = await member.Until(_ => true, "watchlist:Current", BoxConfiguration.Serial, "watchlist");
        var versions = (await box.Get("/api/v1/watchlist/versions")).AsArray();
        Assert.Contains((string?)version["hash"], versions.Select(one => (string?)one!["hash"]));
    }
}
