using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.Support;

/// <summary>
/// <c>mqtt-schemas/</c> as the tests use it: every message is checked by ajv (npm, under node) against the schema of its topic.
/// One node process for the whole run.
/// </summary>
public sealed class MqttSchemas : IDisposable
{
    private readonly Process _node;
    private readonly Lock _lock = new();

    private MqttSchemas(Process node, IReadOnlyList<string> files)
    {
        _node = node;
        Files = files;
        Index = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "index.json")))!["messages"]!.AsArray();
    }

    public static string Folder { get; } = Path.Combine(Checkout.Root, "mqtt-schemas");

    /// <summary>Every schema file that ajv compiled, relative to <see cref="Folder"/>.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Entries of <c>index.json</c>.</summary>
    public JsonArray Index { get; }

    public static async Task<MqttSchemas> Start()
    {
        var check = Path.Combine(Folder, "check");
        await NpmFolder.Install(check);
        var node = Process.Start(new ProcessStartInfo("node", ["validate.mjs"])
        {
            WorkingDirectory = check,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(false),
        })!;
        var ready = await node.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("ajv did not start");
        return new(node, [.. JsonNode.Parse(ready)!["ready"]!.AsArray().Select(file => (string)file!)]);
    }

    /// <summary>What is wrong with a value; null: nothing.</summary>
    public string? Check(string schema, JsonNode? instance)
    {
        lock (_lock)
        {
            _node.StandardInput.WriteLine(new JsonObject { ["schema"] = schema, ["instance"] = instance?.DeepClone() }.ToJsonString());
            _node.StandardInput.Flush();
            var answer = JsonNode.Parse(_node.StandardOutput.ReadLine() ?? throw new InvalidOperationException("ajv ended"))!;
            return (bool)answer["valid"]! ? null : (string)answer["errors"]!;
        }
    }

    /// <summary>What is wrong with a message, its topic, payload, content type, QoS and user properties; null: nothing.</summary>
    public string? Check(MosquittoMessage message, string prefix, string frigate = "frigate")
    {
        var entry = Index.FirstOrDefault(entry => TopicPattern((string)entry!["topic"]!, prefix, frigate).IsMatch(message.Topic));
        if (entry is null)
            return $"{message.Topic}: no entry in index.json";

        var text = (string)entry["payload"]! == "text";
        if (message.Payload.Length == 0 && (bool)entry["retain"]!)
            return null;
        if (message.Qos != (int)entry["qos"]!)
            return $"{message.Topic}: QoS {message.Qos}";
        if (message.ContentType != (text ? null : "application/json"))
            return $"{message.Topic}: content type {message.ContentType}";

        var payload = Encoding.UTF8.GetString(message.Payload);
        var fault = Check((string)entry["schema"]!, text ? JsonValue.Create(payload) : JsonNode.Parse(payload));
        if (fault is null && (string?)entry["properties"] is { } properties)
        {
            fault = Check(
                properties,
                new JsonObject(message.UserProperties.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value)))));
        }

        return fault is null ? null : $"{message.Topic}: {fault}: {payload}";
    }

    public void Dispose()
    {
        _node.StandardInput.Close();
        if (!_node.WaitForExit(5000))
            _node.Kill();
        _node.Dispose();
    }

    private static Regex TopicPattern(string topic, string prefix, string frigate)
    {
        var fixedParts = topic.Replace("{prefix}", prefix, StringComparison.Ordinal).Replace("{frigate}", frigate, StringComparison.Ordinal);
        return new("^" + Regex.Replace(fixedParts, "{[a-z]+}", "[^/]+") + "$");
    }
}
