using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.FabricGateway.Support;

namespace Appliance.IntegrationTests.FabricGateway;

/// <summary>
/// The companion is killed at random, again and again, while headers flow. Every header that it accepted is on the ledger exactly once.
/// <c>WATCHPOST_COMPANION_KILLS=200</c> makes it long.
/// </summary>
public class KillTests
{
    private const int Boxes = 4;

    private static readonly int s_kills =
        int.TryParse(Environment.GetEnvironmentVariable("WATCHPOST_COMPANION_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 3;

    [Fact]
    public async Task Kill_WhileHeadersFlow_EachIsAnchoredExactlyOnce()
    {
        var boxes = Enumerable.Range(1, Boxes).Select(i => new SigningBox(FormattableString.Invariant($"B{i:000}"))).ToList();
        await using var site = await CompanionSite.Start(configuration =>
        {
            configuration["Devices"] = new JsonArray(
                [.. boxes.Select(box => (JsonNode)new JsonObject { ["Serial"] = box.Serial, ["Address"] = box.Address })]);
            // Small groups: more transactions to be killed in.
            configuration["Anchoring"]!["MaxHeaders"] = 3;
        });
        var random = new Random(4);
        var accepted = 0;
        var waiting = boxes.ToDictionary(box => box, _ => new List<JsonObject>());

        for (var kill = 0; kill < s_kills; kill++)
        {
            await using var companion = await site.Run();
            using var end = new CancellationTokenSource();
            var feeding = boxes.ConvertAll(box => Feed(site, companion, box, waiting[box], () => Interlocked.Increment(ref accepted), end.Token));
            var target = Volatile.Read(ref accepted) + random.Next(1, 60);
            await Patience.Until("headers are taken", () => Task.FromResult(Volatile.Read(ref accepted) >= target ? new object() : null));
            await companion.Process.Kill();
            await end.CancelAsync();
            await Task.WhenAll(feeding);
        }

        await using var last = await site.Run();
        await Patience.Until("every header is anchored", async () =>
        {
            // What the box never heard an answer about, it says again.
            foreach (var box in boxes)
                await Say(site, last, box, waiting[box]);
            return site.Written().Keys.Count(key => key.StartsWith("BT|", StringComparison.Ordinal)) == boxes.Sum(box => box.Batches) ? new object() : null;
        });

        var written = site.Written();
        Assert.All(boxes, box => Assert.All(
            Enumerable.Range(1, (int)box.Batches), seq => Assert.Equal(1, written[FormattableString.Invariant($"BT|{box.Serial}|{seq}")])));
        Assert.Empty(site.Network.Violations);
        foreach (var box in boxes)
            await AllReceipts(site, last, box);
        Assert.Equal(0, await last.Process.Stop());
    }

    /// <summary>Makes batches and says them until the companion is gone; what got no answer stays in <paramref name="waiting"/>.</summary>
    private static async Task Feed(
        CompanionSite site, Companion companion, SigningBox box, List<JsonObject> waiting, Action accepted, CancellationToken end)
    {
        using var http = site.Client(companion.Boxes!, box.Serial);
        try
        {
            while (!end.IsCancellationRequested)
            {
                if (waiting.Count == 0)
                    waiting.Add(box.NextBatch());
                await Post(http, waiting, end);
                waiting.Clear();
                accepted();
            }
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            // Killed, with or without our words on its disk: they are said again to the next one.
        }
    }

    private static async Task Say(CompanionSite site, Companion companion, SigningBox box, List<JsonObject> waiting)
    {
        if (waiting.Count == 0)
            return;
        using var http = site.Client(companion.Boxes!, box.Serial);
        await Post(http, waiting, CancellationToken.None);
        waiting.Clear();
    }

    private static async Task Post(HttpClient http, List<JsonObject> batches, CancellationToken cancel)
    {
        var body = new JsonObject { ["batches"] = new JsonArray([.. batches.Select(batch => batch.DeepClone())]) };
        using var answer = await http.PostAsJsonAsync("/v1/batches", body, cancel);
        var results = (JsonArray)JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))!["results"]!;
        Assert.All(results, result => Assert.Contains((string)result!["status"]!, (string[])["accepted", "exists"]));
    }

    private static async Task AllReceipts(CompanionSite site, Companion companion, SigningBox box)
    {
        using var http = site.Client(companion.Boxes!, box.Serial);
        await Patience.Until($"receipts of {box.Serial}", async () =>
        {
            var (seen, after) = (0L, 0L);
            while (await http.GetFromJsonAsync<JsonObject>(FormattableString.Invariant($"/v1/receipts?device={box.Serial}&after={after}")) is { } answer
                && answer["receipts"] is JsonArray { Count: > 0 } receipts)
            {
                Assert.All(receipts, receipt => Assert.NotNull(receipt!["receipt"]!["block"]));
                (seen, after) = (seen + receipts.Count, (long)receipts[^1]!["seq"]!);
            }

            return seen == box.Batches ? new object() : null;
        });
    }
}
