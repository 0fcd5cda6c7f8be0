using System.Net;
using System.Net.Http.Json;
using Appliance.IntegrationTests.EndToEnd.Support;

namespace Appliance.IntegrationTests.Daemon;

[Collection(SharedBox.Name)]
public class CameraEndpointTests(RunningBox box)
{
    [Fact]
    public async Task TestPattern_AddedStoppedStartedAndRemoved_Works()
    {
        var added = await box.Technician.PostAsJsonAsync("/api/v1/cameras", new { id = "pattern", source = "test://" });
        await RunningBox.Json(added, HttpStatusCode.Created);
        Assert.Equal("\"1\"", added.Headers.ETag!.ToString());

        using (var snapshot = await Patience.Until("a picture of the camera that has just been started", async () =>
            await box.Viewer.GetAsync("/api/v1/cameras/pattern/snapshot") is { StatusCode: not HttpStatusCode.ServiceUnavailable } answer ? answer : null))
        {
            Assert.Equal(HttpStatusCode.OK, snapshot.StatusCode);
            Assert.Equal("image/jpeg", snapshot.Content.Headers.ContentType?.MediaType);
            Assert.Equal([0xFF, 0xD8], (await snapshot.Content.ReadAsByteArrayAsync())[..2]);
        }

        await RunningBox.Problem(
            await box.Technician.PostAsJsonAsync("/api/v1/cameras", new { id = "pattern", source = "test://" }), 409, "conflict");
        var stopped = await RunningBox.Json(await box.Technician.PostAsync("/api/v1/cameras/pattern/stop", null), HttpStatusCode.OK);
        Assert.Equal("stopped", (string)stopped["state"]!);
        await RunningBox.Json(await box.Technician.PostAsync("/api/v1/cameras/pattern/start", null), HttpStatusCode.OK);

        await RunningBox.Problem(await box.Technician.DeleteAsync("/api/v1/cameras/pattern"), 428, "precondition-required");
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await box.Technician.SendAsync(RunningBox.Change(HttpMethod.Delete, "/api/v1/cameras/pattern", "\"1\""))).StatusCode);
        await RunningBox.Problem(await box.Viewer.GetAsync("/api/v1/cameras/pattern"), 404, "not-found");
    }

    [Fact]
    public async Task Password_IsNeverShown_AndKeptOnlyForTheSameSource()
    {
        var body = new { id = "secret", source = "rtsp://bob:hunter2@127.0.0.1:9/live", enabled = false };
        await RunningBox.Json(await box.Technician.PostAsJsonAsync("/api/v1/cameras", body), HttpStatusCode.Created);

        var view = await Text("/api/v1/cameras/secret");
        Assert.Contains("\"source\":\"rtsp://127.0.0.1:9/live\"", view);
        Assert.Contains("\"username\":\"bob\"", view);
        Assert.Contains("\"hasPassword\":true", view);

        var kept = await Put("\"1\"", new { source = "rtsp://127.0.0.1:9/live", username = "bob", enabled = false, framesPerSecond = 5 });
        Assert.True((bool)(await RunningBox.Json(kept, HttpStatusCode.OK))["hasPassword"]!);
        var elsewhere = await Put("\"2\"", new { source = "rtsp://192.0.2.66/live", username = "bob", enabled = false });
        Assert.False((bool)(await RunningBox.Json(elsewhere, HttpStatusCode.OK))["hasPassword"]!);

        foreach (var path in new[] { "/api/v1/cameras", "/api/v1/cameras/infile", "/api/v1/settings", "/metrics", "/api/v1/audit?limit=200" })
        {
            var text = await Text(path);
            Assert.DoesNotContain("hunter2", text);
            Assert.DoesNotContain("filesecret", text);
        }

        Assert.DoesNotContain(box.Log.Texts, text => text.Contains("hunter2") || text.Contains("filesecret"));
    }

    [Fact]
    public async Task Add_FaultyConfiguration_NamesEveryFault()
    {
        var problem = await RunningBox.Problem(
            await box.Technician.PostAsync("/api/v1/cameras", RunningBox.Body("""{"id":"../x","sorce":"rtsp://h/","framesPerSecond":"ten","transport":"carrier pigeon"}""")),
            400, "validation");

        var errors = problem["errors"]!.AsObject();
        Assert.Equal(["framesPerSecond", "id", "sorce", "source", "transport"], errors.Select(error => error.Key).Order(StringComparer.Ordinal));
        Assert.Contains("did you mean source?", (string)errors["sorce"]![0]!);
    }

    [Fact]
    public async Task CameraOfTheFile_CanBeChangedAndGivenBack_ButNotRemoved()
    {
        const string path = "/api/v1/cameras/infile";
        var before = await box.Viewer.GetAsync(path);
        Assert.Equal("\"0\"", before.Headers.ETag!.ToString());
        await RunningBox.Problem(await box.Technician.SendAsync(RunningBox.Change(HttpMethod.Delete, path, "\"0\"")), 409, "conflict");

        var changed = await box.Technician.SendAsync(RunningBox.Change(
            HttpMethod.Put, path, "\"0\"", JsonContent.Create(new { source = "rtsp://127.0.0.1:9/x", name = "Changed", enabled = false })));
        var etag = changed.Headers.ETag!.ToString();
        Assert.Equal("Changed", (string)(await RunningBox.Json(changed, HttpStatusCode.OK))["name"]!);

        Assert.Equal(HttpStatusCode.NoContent, (await box.Technician.SendAsync(RunningBox.Change(HttpMethod.Delete, path, etag))).StatusCode);
        Assert.Equal("infile", (string)(await RunningBox.Json(await box.Viewer.GetAsync(path), HttpStatusCode.OK))["name"]!);
    }

    [Fact]
    public async Task Snapshot_CameraThatDoesNotRun_Is503WithTheReason()
    {
        var problem = await RunningBox.Problem(await box.Viewer.GetAsync("/api/v1/cameras/infile/snapshot"), 503, "unavailable");

        Assert.Contains("Stopped", (string)problem["detail"]!);
    }

    private Task<HttpResponseMessage> Put(string etag, object body) =>
        box.Technician.SendAsync(RunningBox.Change(HttpMethod.Put, "/api/v1/cameras/secret", etag, JsonContent.Create(body)));

    private async Task<string> Text(string path)
    {
        using var response = await box.Admin.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }
}
