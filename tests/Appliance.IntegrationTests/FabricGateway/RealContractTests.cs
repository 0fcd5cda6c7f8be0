using System.Text.Json.Nodes;
using Appliance.Fabric;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Fabric.ContractProcess;
using Appliance.IntegrationTests.Fabric.GatewayDouble;
using Appliance.IntegrationTests.FabricGateway.Support;
using static Appliance.IntegrationTests.FabricGateway.Support.BoxRequests;

namespace Appliance.IntegrationTests.FabricGateway;

/// <summary>
/// The companion's process and the contract's process (<c>fabric-gateway/chaincode</c>) with the double of a network between them: every
/// name, argument and answer is the one that the other side really has.
/// </summary>
public class RealContractTests(SharedContract contract) : IClassFixture<SharedContract>
{
    private static readonly string s_base = new('a', 64);
    private static readonly string s_model = new('b', 64);
    private static readonly string s_updates = new('c', 64);

    [ContractFact]
    public async Task Admin_EveryKindFromRegistrationToRevocation_TheContractTakesAndKeeps()
    {
        await using var site = await CompanionSite.Start(
            configuration => configuration["Fabric"]!["Admin"] = true, await contract.Function(), unit: "admin");
        await using var companion = await site.Run();
        await using var auditor = new AnchorMember(site.Network, "Org2MSP", "auditor");
        var box = new SigningBox("0042");
        var first = box.Address;
        var digest = new string('d', 64);
        using var http = site.Client(companion.Boxes!, box.Serial);

        await Register(site, box);
        await Said(site, "fl", "open", "faces", "1", "--base", s_base);
        await Accepted(http, "/v1/batches", "batches", [box.NextBatch()]);
        await Accepted(http, "/v1/batches", "batches", box.NextBatches(4));
        await Accepted(http, "/v1/evidence", "evidence", [box.Evidence(digest)]);
        await Accepted(http, "/v1/watchlists", "watchlists", [box.Watchlist(1, SigningBox.Root(0)), box.Watchlist(2, SigningBox.Root(1))]);
        await Accepted(http, "/v1/updates", "updates", [box.Update(1)]);
        await auditor.Until(_ => true, "evidence:GetEvidence", digest);
        await auditor.Until(newest => (int)newest["version"]! == 2, "watchlist:Current", box.Serial, "banned");
        await auditor.Until(page => page["items"]!.AsArray().Count == 1, "fl:Updates", "faces", "1", "10", "");
        await Accepted(http, "/v1/keys", "keys", [box.Rotate()]);
        await Accepted(http, "/v1/batches", "batches", [box.NextBatch()]);
        await Accepted(http, "/v1/watchlists", "watchlists", [box.Watchlist(3, SigningBox.Root(2))]);
        await Said(site, "fl", "close", "faces", "1", "--base", s_base, "--model", s_model, "--updates-root", s_updates, "--clients", "1");

        foreach (var entry in await Receipts(http, box, 6))
        {
            var (receipt, batch) = (entry!["receipt"]!, await auditor.Ask("evidence:GetBatch", box.Serial, entry["seq"]!.ToString()));
            Assert.Equal(
                ((string)receipt["transaction"]!, (string)receipt["root"]!, (string)receipt["mspId"]!),
                ((string)batch["tx"]!, (string)batch["root"]!, (string)batch["msp"]!));
        }

        var chain = await auditor.Ask("evidence:CheckChain", box.Serial, "1", "6");
        Assert.Equal((6, 0, 0), ((int)chain["found"]!, chain["missing"]!.AsArray().Count, chain["broken"]!.AsArray().Count));
        var register = await auditor.Ask("evidence:GetDevice", box.Serial);
        Assert.Equal([(first, 1), (box.Address, 6)], register["keys"]!.AsArray().Select(key => ((string)key!["address"]!, (int)key["firstBatch"]!)));
        await auditor.Until(newest => (int)newest["version"]! == 3 && (int)newest["key"]! == 2, "watchlist:Current", box.Serial, "banned");
        var round = await auditor.Until(round => (string)round["status"]! == "closed", "fl:GetRound", "faces", "1");
        Assert.Equal((s_base, s_model, s_updates, 1), ((string)round["base"]!, (string)round["model"]!, (string)round["updatesRoot"]!, (int)round["clients"]!));
        await Said(site, "device", "revoke", box.Serial, "--reason", "sold");
        await auditor.Until(device => (string)device["status"]! == "revoked", "evidence:GetDevice", box.Serial);
        Assert.Empty(await Parked(site));
        Assert.Empty(site.Network.Violations);
    }

    [ContractFact]
    public async Task Client_WhatTheContractRefuses_IsParkedInItsWordsAndGoesOnceItIsMended()
    {
        var (forger, genuine) = (new SigningBox("0043"), new SigningBox("0043"));
        await using var site = await CompanionSite.Start(
            // Whoever runs this companion was told a wrong address; the ledger knows better.
            configuration => configuration["Devices"]!.AsArray().Add((JsonNode)new JsonObject { ["Serial"] = forger.Serial, ["Address"] = forger.Address }),
            await contract.Function());
        await using var admin = new AnchorMember(site.Network, "Org1MSP", "registrar", "admin");
        await admin.Submit("evidence:RegisterDevice", genuine.Serial, genuine.KeyRecords().ToJsonString());
        var doctor = JsonNode.Parse(await Said(site, "doctor", "--json"))!["checks"]!.AsArray();
        Assert.Equal("ok", (string?)doctor.Single(check => (string)check!["name"]! == "ledger")!["state"]);
        await using var companion = await site.Run();
        using var http = site.Client(companion.Boxes!, site.Box.Serial);
        using var forgers = site.Client(companion.Boxes!, forger.Serial);

        var batch = site.Box.NextBatch();
        await Accepted(http, "/v1/batches", "batches", [batch]);
        await Accepted(forgers, "/v1/batches", "batches", [forger.NextBatch()]);
        await Said(site, "fl", "open", "faces", "1", "--base", s_base);

        var parked = await Patience.Until("three refusals", async () => await Parked(site) is { Count: 3 } all ? all : null);
        Assert.Equal(
            [
                $"BAD_SIGNATURE: signed by {forger.Address}; 0043 signs for batch 1 with {genuine.Address}",
                "NOT_ALLOWED: needs role admin or coordinator",
                "NO_DEVICE: 7F3A is not registered",
            ],
            parked.Order(StringComparer.Ordinal));
        await using var clerk = new AnchorMember(site.Network, "Org1MSP", "clerk");
        var notAllowed = await Assert.ThrowsAsync<EndorseException>(
            () => clerk.Submit("evidence:RegisterDevice", site.Box.Serial, site.Box.KeyRecords().ToJsonString()));
        Assert.Equal("NOT_ALLOWED: needs role admin", notAllowed.ChaincodeResponse!.Message);

        await admin.Submit("evidence:RegisterDevice", site.Box.Serial, site.Box.KeyRecords().ToJsonString());
        await Said(site, "device", "confirm", site.Box.Serial);
        await Receipts(http, site.Box, 1);
        var second = await clerk.Ask("evidence:SubmitBatches", $"[{site.Box.Contradiction(batch)["header"]!.ToJsonString()}]");
        Assert.Equal("EQUIVOCATION", (string?)second["results"]![0]!["status"]);
        Assert.Empty(site.Network.Violations);
    }

    [ContractFact]
    public async Task Companion_LostItsOutbox_TheContractSaysExistsAndNothingIsWrittenAgain()
    {
        await using var site = await CompanionSite.Start(contract: await contract.Function());
        await using var admin = new AnchorMember(site.Network, "Org1MSP", "registrar", "admin");
        await admin.Submit("evidence:RegisterDevice", site.Box.Serial, site.Box.KeyRecords().ToJsonString());
        var batches = site.Box.NextBatches(3);

        var before = await Anchored(site, batches);
        var submitted = site.Network.Calls(Method.Submit);
        site.ForgetOutbox();
        var after = await Anchored(site, batches);

        Assert.Equal(before, after);
        Assert.Equal(submitted, site.Network.Calls(Method.Submit));
        Assert.Empty(site.Network.Violations);
    }

    [ContractFact]
    public async Task Companion_AnotherOrganisationIsFasterInTheSameBlock_TheReceiptNamesTheirTransaction()
    {
        await using var site = await CompanionSite.Start(contract: await contract.Function());
        await using var admin = new AnchorMember(site.Network, "Org1MSP", "registrar", "admin");
        await using var others = new AnchorMember(site.Network, "Org2MSP", "others");
        await admin.Submit("evidence:RegisterDevice", site.Box.Serial, site.Box.KeyRecords().ToJsonString());
        await using var companion = await site.Run();
        using var http = site.Client(companion.Boxes!, site.Box.Serial);
        var batch = site.Box.NextBatch();
        var (orderer, ledger) = (site.Network.Orderer, site.Network.Ledger);

        var accepted = orderer.Accepted;
        orderer.Hold();
        var theirs = await others.SubmitWithoutWait("evidence:SubmitBatches", $"[{batch["header"]!.ToJsonString()}]");
        await Accepted(http, "/v1/batches", "batches", [batch]);
        await Patience.Until("both are with the orderer", () => Task.FromResult(orderer.Accepted == accepted + 2 ? orderer : null));
        orderer.Release();

        var receipt = (await Receipts(http, site.Box, 1))[0]!["receipt"]!;
        Assert.Equal(theirs, (string?)receipt["transaction"]);
        Assert.Equal([0, 0, (int)TransactionValidationCode.MvccReadConflict], ledger.Transactions.Select(transaction => transaction.Code));
        Assert.Empty(site.Network.Violations);
    }

    /// <summary>What a run of the companion gives as place of each batch.</summary>
    private static async Task<IReadOnlyList<(string Transaction, long Block)>> Anchored(CompanionSite site, JsonArray batches)
    {
        await using var companion = await site.Run();
        using var http = site.Client(companion.Boxes!, site.Box.Serial);
        await Accepted(http, "/v1/batches", "batches", batches);
        var receipts = await Receipts(http, site.Box, batches.Count);
        Assert.Equal(0, await companion.Process.Stop());
        return [.. receipts.Select(entry => ((string)entry!["receipt"]!["transaction"]!, (long)entry["receipt"]!["block"]!))];
    }

    private static async Task Register(CompanionSite site, SigningBox box)
    {
        var file = site.ConfigurationFile + ".keys";
        await File.WriteAllTextAsync(file, box.KeyRecords().ToJsonString());
        await Said(site, "device", "register", box.Serial, "--keys", file);
    }

    private static async Task Accepted(HttpClient http, string path, string name, JsonArray items) =>
        Assert.All(await Post(http, path, name, items), result => Assert.Equal("accepted", (string?)result!["status"]));

    /// <summary>A verb that must succeed; gives what it said.</summary>
    private static async Task<string> Said(CompanionSite site, params string[] verb)
    {
        var (exit, output) = await site.Verb(verb);
        Assert.True(exit == 0, output);
        return output;
    }

    /// <summary>Why each parked item is parked.</summary>
    private static async Task<List<string>> Parked(CompanionSite site) =>
        [.. JsonNode.Parse(await Said(site, "list", "--state", "parked", "--json"))!.AsArray().Select(item => (string)item!["reason"]!)];
}
