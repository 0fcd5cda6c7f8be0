using System.Text;
using System.Text.Json.Nodes;
using Appliance.Fabric;
using Appliance.IntegrationTests.Fabric.GatewayDouble;

namespace Appliance.IntegrationTests.Fabric.OfficialClient;

/// <summary>The double as the official client sees it: where it is content, the double is near enough to a peer.</summary>
public class DrivenDoubleTests
{
    [OfficialClientFact]
    public async Task SubmitEvaluateEvents_OfficialClient_FindsWhatItWrote()
    {
        await using var network = await DoubledNetwork.Start();
        using var node = await NodeClient.Connect(network);

        var answer = await node.Call("submit", "put", "ž"u8.ToArray(), [0, 255]);
        await node.Call("submit", "put", "b"u8.ToArray(), []);
        var asked = await node.Call("evaluate", "get", "ž"u8.ToArray());
        var events = await node.Ask(Events(startBlock: 0, count: 2));

        Assert.Equal("stored", Text(answer));
        Assert.Equal([0, 255], Convert.FromBase64String((string)asked!));
        Assert.Equal(["ž", "b"], events!.AsArray().Select(found => Text(found!["payload"])));
        Assert.Equal(network.Double.Ledger.Transactions.Select(transaction => transaction.TransactionId), events.AsArray().Select(found => (string)found!["transactionId"]!));
        Assert.Empty(network.Double.Violations);
    }

    [OfficialClientFact]
    public async Task ContractThrows_BothClients_ReadTheSameFault()
    {
        await using var network = await DoubledNetwork.Start();
        using var node = await NodeClient.Connect(network);
        const string Reason = "EQUIVOCATION: 50 %, že";

        var theirs = await Assert.ThrowsAsync<OfficialClientException>(() => node.Call("submit", "refuse", Encoding.UTF8.GetBytes(Reason)));
        var ours = await Assert.ThrowsAsync<EndorseException>(() => network.Contract.SubmitAsync("refuse", [Reason]));
        var theirQuestion = await Assert.ThrowsAsync<OfficialClientException>(() => node.Call("evaluate", "refuse", "no"u8.ToArray()));
        var ourQuestion = await Assert.ThrowsAsync<GatewayException>(() => network.Contract.EvaluateAsync("refuse", ["no"]));

        Assert.Equal(("EndorseError", (int)ours.StatusCode), (theirs.Name, theirs.Code));
        Assert.Equal(("GatewayError", (int)ourQuestion.StatusCode), (theirQuestion.Name, theirQuestion.Code));
        Assert.Equal(ours.Details, Details(theirs));
        Assert.Equal(ourQuestion.Details, Details(theirQuestion));
        Assert.NotNull(theirs.TransactionId);
    }

    [OfficialClientFact]
    public async Task ScriptedFaults_OfficialClient_SeesThemAsOursDoes()
    {
        await using var network = await DoubledNetwork.Start();
        using var node = await NodeClient.Connect(network);
        network.Double.Script.Next(Method.Endorse, Refusal.ContractOfAnotherDown());
        network.Double.Script.Next(Method.Endorse, Refusal.TransientWouldLeak());
        network.Double.Script.Next(Method.Submit, Refusal.OrdererDown());

        var down = await Assert.ThrowsAsync<OfficialClientException>(() => node.Call("submit", "count"));
        var leak = await Assert.ThrowsAsync<OfficialClientException>(() => node.Call("submit", "count"));
        var orderer = await Assert.ThrowsAsync<OfficialClientException>(() => node.Call("submit", "count"));

        Assert.Equal([("EndorseError", 10), ("EndorseError", 9), ("SubmitError", 14)], [(down.Name, down.Code), (leak.Name, leak.Code), (orderer.Name, orderer.Code)]);
        Assert.Equal(["Org2MSP", "OrdererMSP"], [Details(down)[0].MspId, Details(orderer)[0].MspId]);
        Assert.Empty(leak.Details);
    }

    [OfficialClientFact]
    public async Task Conflict_OfficialClient_IsACommitError()
    {
        await using var network = await DoubledNetwork.Start();
        using var node = await NodeClient.Connect(network);
        network.Double.Orderer.Hold();
        await network.Contract.SubmitWithoutWaitAsync("count", []);

        var losing = node.Call("submit", "count");
        await Patience.Until(() => network.Double.Orderer.Accepted == 2);
        network.Double.Orderer.Release();
        var error = await Assert.ThrowsAsync<OfficialClientException>(() => losing);

        Assert.Equal(("CommitError", (int)TransactionValidationCode.MvccReadConflict), (error.Name, error.Code));
    }

    private static JsonObject Events(int startBlock, int count) => new()
    {
        ["do"] = "events",
        ["channel"] = "watch",
        ["chaincode"] = "anchor",
        ["startBlock"] = startBlock,
        ["count"] = count,
    };

    private static string Text(JsonNode? base64) => Encoding.UTF8.GetString(Convert.FromBase64String((string)base64!));

    private static List<ErrorDetail> Details(OfficialClientException error) =>
        [.. error.Details.Select(detail => new ErrorDetail((string)detail["address"]!, (string)detail["mspId"]!, (string)detail["message"]!))];
}
