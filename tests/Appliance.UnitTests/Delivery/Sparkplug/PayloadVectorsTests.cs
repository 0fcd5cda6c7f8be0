using System.Text.Json.Nodes;
using Appliance.Delivery.Sparkplug.Protocol;

namespace Appliance.UnitTests.Delivery.Sparkplug;

public sealed class PayloadVectorsTests
{
    public static TheoryData<string> Values => [.. PayloadVectors.Document["values"]!.AsArray().Select(vector => (string)vector!["name"]!)];

    public static TheoryData<string> Messages => [.. PayloadVectors.Document["messages"]!.AsArray().Select(vector => (string)vector!["name"]!)];

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_Written_IsTheVector(string name)
    {
        var vector = Find("values", name);

        var written = Convert.ToHexStringLower(PayloadVectors.Write(name, (string)vector["type"]!, vector["value"]));

        Assert.True((string)vector["ours"]! == written, $"{name}: written {written}");
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void Value_WrittenByTahu_IsReadAsItWasMeant(string name)
    {
        var vector = Find("values", name);

        var payload = Payload.Parser.ParseFrom(Convert.FromHexString((string)vector["npm"]!));
        var metric = Assert.Single(payload.Metrics);

        Assert.Equal((name, 5UL), (metric.Name, payload.Seq));
        Assert.Equal(PayloadVectors.TypeOf((string)vector["type"]!), metric.Datatype);
        Assert.True(
            JsonNode.DeepEquals(vector["value"], JsonNode.Parse(PayloadVectors.Read(metric)?.ToJsonString() ?? "null")),
            PayloadVectors.Read(metric)?.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_WrittenByTheNode_IsTheVector(string name)
    {
        var written = Convert.ToHexStringLower(PayloadVectors.WriteMessage(name));

        Assert.True((string)Find("messages", name)["ours"]! == written, $"{name}: written {written}");
    }

    private static JsonNode Find(string kind, string name) =>
        PayloadVectors.Document[kind]!.AsArray().Single(vector => (string)vector!["name"]! == name)!;
}
