using System.Text;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.Fabric.GatewayDouble;

namespace Appliance.IntegrationTests.FabricGateway.Support;

/// <summary>
/// What the companion needs of chaincode <c>anchor</c>, with its forms of arguments, results and events; idempotent as the real one.
/// It checks no signatures: <c>RealContractTests</c> run the real one.
/// </summary>
internal static class AnchorContract
{
    public static ValueTask<ReadOnlyMemory<byte>> Run(ContractCall call) => new(Answer(call));

    private static ReadOnlyMemory<byte> Answer(ContractCall call) => call.Function switch
    {
        "evidence:SubmitBatches" => List(call, "batches", item => $"BT|{item["device"]}|{item["seq"]}", item => $"{item["root"]}|{item["size"]}|{item["prev"]}"),
        "evidence:SubmitEvidence" => List(call, "evidence", item => $"EV|{item["digest"]}", item => $"{item["device"]}"),
        "watchlist:Publish" => List(call, "watchlist", item => $"WL|{item["device"]}|{item["list"]}|{item["version"]}", item => $"{item["hash"]}"),
        "fl:CommitUpdates" => List(call, "update", item => $"FU|{item["job"]}|{item["round"]}|{item["device"]}", item => $"{item["hash"]}"),
        "evidence:RegisterDevice" or "evidence:RotateDevice" => One(call, $"DV|{call.Text(0)}|{Keys(call)}"),
        "evidence:RevokeDevice" => One(call, $"DV|{call.Text(0)}|revoked"),
        "fl:OpenRound" or "fl:CloseRound" => One(call, $"{call.Function}|{call.Text(0)}|{call.Text(1)}"),
        "evidence:GetDevice" => throw new ContractError("NOT_FOUND: no such device"),
        _ => throw new ContractError($"You've asked to invoke a function that does not exist: {call.Function}"),
    };

    private static int Keys(ContractCall call) => ((JsonArray)JsonNode.Parse(call.Text(1))!).Count;

    private static byte[] List(ContractCall call, string eventName, Func<JsonNode, string> keyOf, Func<JsonNode, string> contentOf)
    {
        var (results, said) = (new JsonArray(), new JsonArray());
        foreach (var item in (JsonArray)JsonNode.Parse(call.Text(0))!)
        {
            var status = Write(call, keyOf(item!), contentOf(item!), out var tx);
            results.Add(new JsonObject { ["status"] = status, ["tx"] = tx });
            if (status == "ok")
                said.Add(item!.DeepClone());
        }

        if (said.Count > 0)
            call.SetEvent(eventName, Encoding.UTF8.GetBytes(new JsonObject { ["items"] = said }.ToJsonString()));
        return Encoding.UTF8.GetBytes(new JsonObject { ["results"] = results }.ToJsonString());
    }

    private static byte[] One(ContractCall call, string key)
    {
        var status = Write(call, key, "there", out var tx);
        return Encoding.UTF8.GetBytes(new JsonObject { ["status"] = status, ["tx"] = tx }.ToJsonString());
    }

    private static string Write(ContractCall call, string key, string content, out string tx)
    {
        tx = call.TransactionId;
        if (call.Get(key) is { } there)
        {
            var parts = Encoding.UTF8.GetString(there).Split(' ');
            tx = parts[0];
            return parts[1] == content ? "exists" : "EQUIVOCATION";
        }

        call.Put(key, Encoding.UTF8.GetBytes($"{tx} {content}"));
        return "ok";
    }
}
