using System.Text.Json.Nodes;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

/// <summary>The schemas themselves: every one has an example that fits and is used by a message; and they can say no.</summary>
public sealed class MqttSchemasTests(MqttSchemasFixture schemas) : IClassFixture<MqttSchemasFixture>
{
    [Fact]
    public void Examples_EverySchema_HasOneThatFits() => Assert.All(schemas.Value.Files, file =>
    {
        var example = Path.Combine(
            MqttSchemas.Folder, Path.GetDirectoryName(file)!, "examples", Path.GetFileName(file).Replace(".schema.json", ".json", StringComparison.Ordinal));
        Assert.Null(schemas.Value.Check(file, JsonNode.Parse(File.ReadAllText(example))));
    });

    [Fact]
    public void Index_EverySchema_BelongsToAMessage()
    {
        var used = schemas.Value.Index.SelectMany(entry => new[] { (string?)entry!["schema"], (string?)entry["properties"] }).OfType<string>();

        Assert.Equal(schemas.Value.Files, used.Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("id", "\"not a ulid\"")]
    [InlineData("seq", "0")]
    [InlineData("seq", "\"1\"")]
    [InlineData("utc", "\"2026-07-23T10:12:24+02:00\"")]
    [InlineData("severity", "\"fatal\"")]
    [InlineData("event_type", "\"party\"")]
    [InlineData("unheard_of", "1")]
    [InlineData("match", null)]
    [InlineData("boot_id", null)]
    public void Alert_OneFieldWrong_IsRefused(string field, string? json)
    {
        var alert = JsonNode.Parse(File.ReadAllText(Path.Combine(MqttSchemas.Folder, "native/examples/alert.json")))!.AsObject();
        if (json is null)
            alert.Remove(field);
        else
            alert[field] = JsonNode.Parse(json);

        Assert.NotNull(schemas.Value.Check("native/alert.schema.json", alert));
    }
}
