using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.Daemon;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Models;

/// <summary>A running box whose models are handled over REST.</summary>
internal sealed class ModelBox : IAsyncDisposable
{
    private readonly RunningBox _box;

    private ModelBox(RunningBox box) => _box = box;

    public RunningBox Box => _box;

    /// <param name="inference">Members of the section Inference.</param>
    /// <param name="store">Members of the section Store.</param>
    public static async Task<ModelBox> Start(string inference = "", string store = "")
    {
        // RunningBox takes members of Api; the sections follow it.
        var box = new RunningBox(
            "\"RequestsPerMinute\": 100000, \"CostlyRequestsPerMinute\": 1000 }, "
            + $"\"Inference\": {{ \"Providers\": [ \"cpu\" ]{(inference.Length > 0 ? ", " + inference : "")} }}, \"Store\": {{ {store}");
        await box.InitializeAsync();
        return new(box);
    }

    public async Task<string> Enrol(string name, params string[] photos)
    {
        var person = await RunningBox.Json(
            await _box.Operator.PostAsJsonAsync("/api/v1/watchlist/persons", new { name, category = "banned", legalBasis = "test" }),
            HttpStatusCode.Created);
        foreach (var photo in photos)
        {
            var content = new ByteArrayContent(await File.ReadAllBytesAsync(photo)) { Headers = { ContentType = new MediaTypeHeaderValue("image/jpeg") } };
            await RunningBox.Json(await _box.Operator.PostAsync($"/api/v1/watchlist/persons/{person["id"]}/photos", content), HttpStatusCode.Created);
        }

        return (string)person["id"]!;
    }

    /// <summary>Posts what starts a job and returns the job's id.</summary>
    public async Task<string> Begin(string path, object body) => (string)(await RunningBox.Json(
        await _box.Admin.PostAsJsonAsync(path, body), HttpStatusCode.Accepted))["id"]!;

    public Task<JsonNode> Ended(string job) => Patience.Until($"job {job} ended", async () =>
    {
        var state = await RunningBox.Json(await _box.Technician.GetAsync($"/api/v1/models/jobs/{job}"), HttpStatusCode.OK);
        return (string)state["state"]! == "running" ? null : state;
    });

    /// <summary>The same for one that must end well.</summary>
    public async Task<JsonNode> Done(string job)
    {
        var state = await Ended(job);
        Assert.True((string)state["state"]! == "done", state.ToJsonString());
        return state;
    }

    public async Task<JsonNode> Model(string name) =>
        (await RunningBox.Json(await _box.Viewer.GetAsync("/api/v1/models"), HttpStatusCode.OK)).AsArray().Single(model => (string)model!["name"]! == name)!;

    public async Task<string[]> Audit(string action) =>
        [.. (await RunningBox.Json(await _box.Admin.GetAsync($"/api/v1/audit?action={action}"), HttpStatusCode.OK))["items"]!.AsArray()
            .Select(entry => $"{entry!["target"]}: {entry["summary"]}")];

    public static string Photo(string person, int number) =>
        Path.Combine(Checkout.Shared, "media", "watchlist", person, $"{number}.jpg");

    public async ValueTask DisposeAsync() => await _box.DisposeAsync();
}
