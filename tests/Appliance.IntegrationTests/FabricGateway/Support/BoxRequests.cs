using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.EndToEnd.Support;

namespace Appliance.IntegrationTests.FabricGateway.Support;

/// <summary>What a box says to the companion over HTTPS.</summary>
internal static class BoxRequests
{
    /// <summary>Hands batches over; gives the result of each.</summary>
    public static Task<JsonArray> Post(HttpClient http, JsonArray batches) => Post(http, "/v1/batches", "batches", batches);

    /// <summary>Hands items of any kind over; gives the result of each.</summary>
    public static async Task<JsonArray> Post(HttpClient http, string path, string name, JsonArray items)
    {
        using var answer = await http.PostAsJsonAsync(path, new JsonObject { [name] = items.DeepClone() });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return (JsonArray)JsonNode.Parse(text)!["results"]!;
    }

    /// <summary>Waits until the companion has so many receipts of a box.</summary>
    public static Task<JsonArray> Receipts(HttpClient http, SigningBox box, int count) => Patience.Until($"{count} receipts", async () =>
        await http.GetFromJsonAsync<JsonObject>($"/v1/receipts?device={box.Serial}&after=0") is { } answer && answer["receipts"] is JsonArray { } receipts
        && receipts.Count == count
            ? receipts
            : null);
}
