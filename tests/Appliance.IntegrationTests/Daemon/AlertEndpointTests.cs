using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Recognition;

namespace Appliance.IntegrationTests.Daemon;

[Collection(SharedBox.Name)]
public class AlertEndpointTests(RunningBox box)
{
    [Fact]
    public async Task List_Pages_GiveEveryAlertOnceNewestFirst()
    {
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
            ids.Add(await Store("paged"));

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await RunningBox.Json(
                await box.Viewer.GetAsync($"/api/v1/alerts?camera=paged&limit=3{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}"),
                HttpStatusCode.OK);
            seen.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            cursor = (string?)page["next"];
        }
        while (cursor is not null);

        ids.Reverse();
        Assert.Equal(ids, seen);
    }

    [Fact]
    public async Task List_Filters_NarrowIt()
    {
        var id = await Store("filtered");

        Assert.Equal([id], await Ids("camera=filtered&kind=watchlist&state=new&minSeverity=warning&person=01PERSON"));
        Assert.Empty(await Ids("camera=filtered&kind=tamper"));
        Assert.Empty(await Ids("camera=filtered&state=confirmed"));
        Assert.Empty(await Ids("camera=filtered&minSeverity=critical"));
        Assert.Empty(await Ids("camera=filtered&to=2000-01-01T00:00:00Z"));
    }

    [Fact]
    public async Task Review_AcknowledgeConfirmReopen_KeepsTheHistory()
    {
        var path = "/api/v1/alerts/" + await Store("reviewed");

        await RunningBox.Problem(await box.Operator.PostAsJsonAsync(path + "/confirm", new { comment = "x" }), 428, "precondition-required");
        Assert.Equal("acknowledged", await Review(path, "acknowledge", "\"1\"", "on my way"));
        Assert.Equal("confirmed", await Review(path, "confirm", "\"2\"", "it was them"));
        await RunningBox.Problem(
            await box.Operator.SendAsync(RunningBox.Change(HttpMethod.Post, path + "/reject", "\"2\"", JsonContent.Create(new { comment = "" }))),
            412, "precondition-failed");
        await Review(path, "reopen", "\"3\"", "mistake");

        var history = (await RunningBox.Json(await box.Viewer.GetAsync(path + "/reviews"), HttpStatusCode.OK)).AsArray();
        Assert.Equal(["acknowledge", "confirm", "reopen"], history.Select(step => (string)step!["action"]!));
        Assert.All(history, step => Assert.Equal("operator", (string)step!["reviewer"]!));
        Assert.Equal("it was them", (string)history[1]!["comment"]!);
    }

    [Fact]
    public async Task Review_TwoAtOnce_OneWins()
    {
        var path = "/api/v1/alerts/" + await Store("contested");

        var answers = await Task.WhenAll(new[] { "confirm", "reject" }.Select(verdict =>
            box.Operator.SendAsync(RunningBox.Change(HttpMethod.Post, $"{path}/{verdict}", "\"1\"", JsonContent.Create(new { comment = verdict })))));

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.PreconditionFailed],
            answers.Select(answer => answer.StatusCode).Order());
    }

    [Fact]
    public async Task Review_LongComment_Gets400()
    {
        var path = "/api/v1/alerts/" + await Store("wordy");

        await RunningBox.Problem(
            await box.Operator.SendAsync(RunningBox.Change(
                HttpMethod.Post, path + "/confirm", "\"1\"", JsonContent.Create(new { comment = new string('x', 2001) }))),
            400, "validation");
    }

    [Fact]
    public async Task Events_Watcher_SeesTheAlertAndItsReview()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var response = await box.Viewer.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        Assert.Equal(": watching", await reader.ReadLineAsync(patience.Token));

        var alert = Sample("evented");
        box.Host.Runtime.Pipeline.Alerts.Raise(alert);

        var seen = await Next(reader, "alert", alert.Id.Value, patience.Token);
        Assert.Equal("evented", (string)seen["camera"]!);
        Assert.Equal("Mallory", (string)seen["match"]!["name"]!);
        await Review("/api/v1/alerts/" + alert.Id.Value, "confirm", "\"1\"", "");
        Assert.Equal("confirmed", (string)(await Next(reader, "review", alert.Id.Value, patience.Token))["state"]!);
    }

    private static async Task<JsonNode> Next(StreamReader reader, string type, string id, CancellationToken cancel)
    {
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            if (line != $"event: {type}")
                continue;

            var data = JsonNode.Parse((await reader.ReadLineAsync(cancel))!["data: ".Length..], null, new System.Text.Json.JsonDocumentOptions())!;
            if ((string?)data["id"] == id)
                return data;
        }

        throw new InvalidOperationException($"The stream ended before a {type} of {id} came.");
    }

    private async Task<string> Review(string path, string action, string etag, string comment)
    {
        var answer = await box.Operator.SendAsync(
            RunningBox.Change(HttpMethod.Post, $"{path}/{action}", etag, JsonContent.Create(new { comment })));
        return (string)(await RunningBox.Json(answer, HttpStatusCode.OK))["state"]!;
    }

    private async Task<IEnumerable<string>> Ids(string query)
    {
        var page = await RunningBox.Json(await box.Viewer.GetAsync($"/api/v1/alerts?{query}"), HttpStatusCode.OK);
        return page["items"]!.AsArray().Select(item => (string)item!["id"]!);
    }

    private async Task<string> Store(string camera) =>
        (await box.Host.Runtime.Store.Alerts.Append(Sample(camera), CancellationToken.None)).Id.Value;

    private static Alert Sample(string camera) => new()
    {
        Id = new(Ulid.New(DateTimeOffset.UtcNow)),
        BootId = Guid.NewGuid(),
        Kind = AlertKinds.Watchlist,
        Severity = Severity.Warning,
        Camera = new CameraId(camera),
        Utc = DateTimeOffset.UtcNow,
        Match = new(new PersonId("01PERSON"), "Mallory", "banned", 0.7f, 0.2f, 0.48f, 3),
        Models = ["detector@1", "embedder@1"],
    };
}
