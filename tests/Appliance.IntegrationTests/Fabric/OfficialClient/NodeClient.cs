using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Fabric.OfficialClient;

/// <summary>The official client in a node process of its own; see <c>fabric-gateway/node-check</c>.</summary>
internal sealed class NodeClient : IDisposable
{
    private static readonly string s_folder = Path.Combine(Checkout.Root, "fabric-gateway", "node-check");

    private readonly Process _node;

    private NodeClient(Process node) => _node = node;

    /// <summary>Connected to the double as the network's own member.</summary>
    public static async Task<NodeClient> Connect(DoubledNetwork network)
    {
        await NpmFolder.Install(s_folder, "--omit=optional");
        var client = new NodeClient(Process.Start(new ProcessStartInfo("node", ["client.mjs"])
        {
            WorkingDirectory = s_folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
        })!);
        var (certificate, key) = network.MemberFiles;
        await client.Ask(new()
        {
            ["do"] = "connect",
            ["address"] = network.Double.Address.Authority,
            ["ca"] = network.CaFile,
            ["certificate"] = certificate,
            ["key"] = key,
            ["mspId"] = network.Identity.MspId,
        });
        return client;
    }

    /// <summary>Does something and gives what came of it.</summary>
    /// <exception cref="OfficialClientException">The official client threw.</exception>
    public async Task<JsonNode?> Ask(JsonObject request)
    {
        await _node.StandardInput.WriteLineAsync(request.ToJsonString());
        await _node.StandardInput.FlushAsync();
        var line = await _node.StandardOutput.ReadLineAsync().WaitAsync(Patience.Long) ?? throw new InvalidOperationException("node ended");
        var answer = JsonNode.Parse(line)!;
        return answer["error"] is { } error ? throw new OfficialClientException(error) : answer["ok"];
    }

    /// <summary>A call of the double's chaincode.</summary>
    public Task<JsonNode?> Call(string what, string function, params byte[][] arguments) => Ask(new()
    {
        ["do"] = what,
        ["channel"] = "watch",
        ["chaincode"] = "anchor",
        ["function"] = function,
        ["args"] = new JsonArray([.. arguments.Select(argument => (JsonNode)Convert.ToBase64String(argument))]),
    });

    public void Dispose()
    {
        _node.StandardInput.Close();
        if (!_node.WaitForExit(5000))
            _node.Kill();
        _node.Dispose();
    }
}

/// <summary>What the official client threw.</summary>
internal sealed class OfficialClientException(JsonNode error) : Exception($"{error["name"]}: {error["message"]}")
{
    public string Name { get; } = (string)error["name"]!;

    public int? Code { get; } = (int?)error["code"];

    public string? TransactionId { get; } = (string?)error["transactionId"];

    /// <summary>address, mspId, message of each.</summary>
    public IReadOnlyList<JsonNode> Details { get; } = [.. error["details"]!.AsArray().Select(detail => detail!)];
}
