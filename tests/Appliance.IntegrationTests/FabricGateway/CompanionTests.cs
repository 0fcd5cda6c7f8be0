using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Fabric.GatewayDouble;
using Appliance.IntegrationTests.FabricGateway.Support;
using static Appliance.IntegrationTests.FabricGateway.Support.BoxRequests;

namespace Appliance.IntegrationTests.FabricGateway;

/// <summary>The companion's own process between boxes and a Fabric network.</summary>
public class CompanionTests
{
    [Fact]
    public async Task Https_HeadersOfABox_AreAnchoredAndTheirReceiptsComeBack()
    {
        await using var site = await CompanionSite.Start();
        await using var companion = await site.Run();
        using var http = site.Client(companion.Boxes!, site.Box.Serial);
        var first = site.Box.NextBatches(5);

        Assert.All(await Post(http, first), result => Assert.Equal("accepted", (string?)result!["status"]));
        Assert.All(await Post(http, first), result => Assert.Equal("exists", (string?)result!["status"]));

        var receipts = await Receipts(http, site.Box, 5);
        Assert.Equal([1, 2, 3, 4, 5], receipts.Select(receipt => (int)receipt!["seq"]!));
        foreach (var entry in receipts)
        {
            var receipt = entry!["receipt"]!;
            var found = site.Network.Ledger.Find((string)receipt["transaction"]!);
            Assert.True(found?.IsValid);
            Assert.Equal((ulong)receipt["block"]!, found!.Block);
            Assert.Equal(SigningBox.Root((long)entry["seq"]!), (string?)receipt["root"]);
            Assert.Equal(("hyperledger-fabric", "watch", "anchor", "Org1MSP", "7F3A"), (
                (string)receipt["ledger"]!, (string)receipt["channel"]!, (string)receipt["chaincode"]!, (string)receipt["mspId"]!, (string)receipt["device"]!));
        }

        Assert.Empty(site.Network.Violations);
        Assert.Equal(0, await companion.Process.Stop());
    }

    [Fact]
    public async Task Https_WhatMayNotBe_IsRefusedByItsWord()
    {
        await using var site = await CompanionSite.Start();
        await using var companion = await site.Run();
        using var http = site.Client(companion.Boxes!, site.Box.Serial);
        var batch = site.Box.NextBatch();
        await Post(http, [batch.DeepClone()]);
        var malformed = site.Box.NextBatch();
        malformed["header"]!["root"] = "x";
        var unsigned = site.Box.NextBatch();
        unsigned["header"]!["size"] = 4;

        var results = await Post(
            http, [site.Box.Contradiction(batch), malformed, unsigned, new SigningBox("9999").NextBatch(), new SigningBox("7F3A").NextBatch()]);

        Assert.Equal(
            ["EQUIVOCATION", "MALFORMED", "BAD_SIGNATURE", "NOT_YOURS", "BAD_SIGNATURE"], results.Select(result => (string?)result!["error"]));
        Assert.All(results, result => Assert.Equal("refused", (string?)result!["status"]));
        Assert.Matches("Equivocation: box 7F3A", await companion.Process.Logged("Equivocation"));
        using var other = await http.GetAsync("/v1/receipts?device=9999&after=0");
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        using var many = await http.PostAsJsonAsync("/v1/batches", new JsonObject { ["batches"] = new SigningBox("7F3A").NextBatches(101) });
        Assert.Equal(HttpStatusCode.BadRequest, many.StatusCode);
    }

    [Fact]
    public async Task Https_WithoutACertificateOfTheAuthority_IsNotHeard()
    {
        await using var site = await CompanionSite.Start();
        await using var companion = await site.Run();
        using var nobody = site.Client(companion.Boxes!, serial: null);
        await using var strangers = await CompanionSite.Start();
        using var stranger = strangers.Client(companion.Boxes!, site.Box.Serial);

        await Assert.ThrowsAsync<HttpRequestException>(() => nobody.GetAsync("/v1/receipts?device=7F3A"));
        await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetAsync("/v1/receipts?device=7F3A"));
    }

    [Fact]
    public async Task Https_EveryKind_ReachesItsContract()
    {
        await using var site = await CompanionSite.Start(configuration => configuration["Fabric"]!["Admin"] = true);
        await using var companion = await site.Run();
        using var http = site.Client(companion.Boxes!, site.Box.Serial);
        var digest = new string('d', 64);

        await Post(http, "/v1/evidence", "evidence", [site.Box.Evidence(digest)]);
        await Post(http, "/v1/watchlists", "watchlists", [site.Box.Watchlist(1, SigningBox.Root(0)), site.Box.Watchlist(2, SigningBox.Root(1))]);
        await Post(http, "/v1/updates", "updates", [site.Box.Update(3)]);
        var rotated = await Post(http, "/v1/keys", "keys", [site.Box.Rotate()]);
        var batch = await Post(http, [site.Box.NextBatch()]);

        Assert.Equal("accepted", (string?)rotated[0]!["status"]);
        Assert.Equal("accepted", (string?)batch[0]!["status"]);
        await Until(() => site.Written().ContainsKey("BT|7F3A|1"), "the batch of the new key is anchored");
        await Until(() => site.Written().ContainsKey("WL|7F3A|banned|2"), "the second version is anchored");
        var order = site.Network.Ledger.Transactions.SelectMany(transaction => transaction.Call.Writes.Keys).ToList();
        Assert.True(order.IndexOf("DV|7F3A|1") < order.IndexOf("BT|7F3A|1"));
        Assert.True(order.IndexOf("WL|7F3A|banned|1") < order.IndexOf("WL|7F3A|banned|2"));
        Assert.Contains($"EV|{digest}", order);
        Assert.Contains("FU|faces|3|7F3A", order);
    }

    [Fact]
    public async Task Health_LedgerAway_SaysWhyAndRecovers()
    {
        await using var site = await CompanionSite.Start();
        await using var companion = await site.Run();
        using var http = site.Client(companion.Boxes!, site.Box.Serial);
        using var observe = new HttpClient { BaseAddress = companion.Observe };
        await site.Network.StopListening();

        await Post(http, site.Box.NextBatches(3));
        var ill = await Patience.Until("health names the ledger", async () =>
            await observe.GetFromJsonAsync<JsonObject>("/health") is { } report && (string)report["ledger"]! != "" ? report : null);
        Assert.Equal("degraded", (string?)ill["status"]);
        Assert.Contains("watchpost_fabric_ledger_up 0", await observe.GetStringAsync("/metrics"));

        await site.Network.Listen();
        Assert.Equal(3, (await Receipts(http, site.Box, 3)).Count);
        await Patience.Until("health is well", async () =>
            await observe.GetFromJsonAsync<JsonObject>("/health") is { } report && (string)report["status"]! == "ok" ? report : null);
        // The event may have told of the commit before the question after it is answered.
        await Patience.Until("the metrics count them", async () =>
            (await observe.GetStringAsync("/metrics")).Contains("watchpost_fabric_anchored_total{kind=\"batch\"} 3", StringComparison.Ordinal) ? new object() : null);
        using var wrongDoor = await observe.GetAsync("/v1/receipts?device=7F3A");
        Assert.Equal(HttpStatusCode.NotFound, wrongDoor.StatusCode);
        using var otherDoor = await http.GetAsync("/health");
        Assert.Equal(HttpStatusCode.NotFound, otherDoor.StatusCode);
    }

    [Fact]
    public async Task DryRun_Headers_AreSimulatedAndNothingIsEndorsed()
    {
        await using var site = await CompanionSite.Start();
        await using var companion = await site.Run("--dry-run");
        using var http = site.Client(companion.Boxes!, site.Box.Serial);

        await Post(http, site.Box.NextBatches(3));

        Assert.Contains("3 would be written", await companion.Process.Logged("Dry run"));
        Assert.Equal((0, 0), (site.Network.Calls(Method.Endorse), site.Network.Calls(Method.Submit)));
        Assert.Equal(0, await companion.Process.Stop());
        await using var real = await site.Run();
        await Until(() => site.Written().Count == 3, "the same headers are anchored by a real run");
    }

    [Fact]
    public async Task Verbs_OfAnOperator_WorkBesideTheRunningCompanion()
    {
        await using var site = await CompanionSite.Start(configuration => configuration["Fabric"]!["Admin"] = true);
        await using var companion = await site.Run();
        var box = new SigningBox("0042");
        var keys = site.ConfigurationFile + ".keys";
        await File.WriteAllTextAsync(keys, box.KeyRecords().ToJsonString());

        Assert.Equal(0, (await site.Verb("device", "register", "0042", "--keys", keys)).ExitCode);
        await Until(() => site.Written().ContainsKey("DV|0042|1"), "the ledger's register has the box");
        using var http = site.Client(companion.Boxes!, "0042");
        Assert.Equal("accepted", (string?)(await Post(http, [box.NextBatch()]))[0]!["status"]);
        Assert.Equal(0, (await site.Verb("fl", "open", "faces", "1", "--base", new string('a', 64))).ExitCode);
        await Until(() => site.Written().ContainsKey("fl:OpenRound|faces|1"), "the round is open");
        Assert.Equal(0, (await site.Verb("device", "revoke", "0042", "--reason", "sold")).ExitCode);
        Assert.Equal("NO_DEVICE", (string?)(await Post(http, [box.NextBatch()]))[0]!["error"]);
        await Until(() => site.Written().ContainsKey("DV|0042|revoked"), "the ledger knows of the revocation");

        var status = JsonNode.Parse((await site.Verb("status", "--json")).Output)!;
        Assert.Equal((0, 2), ((int)status["parked"]!, (int)status["devices"]!));
        var audit = (await site.Verb("audit", "--json")).Output;
        Assert.Contains("device.revoke", audit);
        Assert.Contains("fl.open", audit);
        Assert.Contains("0042", (await site.Verb("device", "list")).Output);
        Assert.Contains("Committed", (await site.Verb("list", "--device", "0042")).Output);
        Assert.Equal(2, (await site.Verb("retry")).ExitCode);
    }

    [Fact]
    public async Task Doctor_NetworkAnswers_AllIsWell_AndWithoutIt_SaysSo()
    {
        await using var site = await CompanionSite.Start();

        var well = await site.Verb("doctor", "--json");
        await site.Network.StopListening();
        var ill = await site.Verb("doctor", "--json");

        Assert.True(well.ExitCode == 0, well.Output);
        Assert.Equal(1, ill.ExitCode);
        var ledger = JsonNode.Parse(ill.Output)!["checks"]!.AsArray().Single(check => (string)check!["name"]! == "ledger")!;
        Assert.Equal("fail", (string?)ledger["state"]);
    }

    [Fact]
    public async Task Config_WithFaults_IsRefusedWithAllOfThem()
    {
        await using var site = await CompanionSite.Start(configuration =>
        {
            configuration["Fabric"]!["MspId"] = null;
            configuration["Https"]!["Port"] = -1;
        });

        var (code, output) = await site.Verb("config", "check");
        var (run, _) = await site.Verb("run");

        Assert.Equal((2, 2), (code, run));
        Assert.Contains("Fabric.MspId", output);
        Assert.Contains("Https.Port", output);
    }

    [Fact]
    public async Task Run_Twice_TheSecondIsRefused()
    {
        await using var site = await CompanionSite.Start();
        await using var companion = await site.Run();

        var (code, output) = await site.Verb("run");

        Assert.Equal(1, code);
        Assert.Contains("in use", output);
    }

    private static Task Until(Func<bool> holds, string what) => Patience.Until(what, () => Task.FromResult(holds() ? new object() : null));
}
