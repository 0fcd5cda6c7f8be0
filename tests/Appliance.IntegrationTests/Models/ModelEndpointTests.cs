using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Appliance.Inference.Catalogue;
using Appliance.IntegrationTests.Daemon;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Models;

/// <summary>Models over REST: getting, checking and losing them, and what is refused.</summary>
public sealed class ModelEndpointTests
{
    private const string FromStick = "yunet-n";

    [SharedFact]
    public async Task Pull_FromStickThenVerifyUseAndRemove_WorksAndIsAudited()
    {
        using var stick = new TemporaryFolder();
        var entry = ModelCatalogue.Open("").Named(FromStick)!;
        File.Copy(Path.Combine(Checkout.Shared, "models", entry.File), Path.Combine(stick.Path, "somehow-named.bin"));
        await using var models = await ModelBox.Start($"\"ImportFolders\": [ \"{stick.Path}\" ]");
        var box = models.Box;
        var path = Path.Combine(box.DataFolder, "models", entry.File);

        var pulled = await models.Done(await models.Begin($"/api/v1/models/{FromStick}/pull", new { from = stick.Path }));
        Assert.Equal((entry.Bytes, entry.Bytes), ((long)pulled["progress"]!, (long)pulled["total"]!));
        Assert.True(File.Exists(path));
        Assert.Equal(path, (string)(await models.Model(FromStick))["path"]!);

        var verdicts = await RunningBox.Json(await box.Technician.PostAsync("/api/v1/models/verify", null), HttpStatusCode.OK);
        Assert.All(verdicts.AsArray(), verdict => Assert.True((bool)verdict!["isGood"]!, verdict!.ToJsonString()));
        Assert.Contains(verdicts.AsArray(), verdict => (string)verdict!["path"]! == path);

        await models.Done(await models.Begin("/api/v1/models/use", new { kind = "detector", model = FromStick }));
        await RunningBox.Problem(await box.Admin.DeleteAsync($"/api/v1/models/{FromStick}"), 409, "conflict");
        await models.Done(await models.Begin("/api/v1/models/use", new { kind = "detector", model = "default" }));
        await EndToEnd.Support.Patience.Until(
            "the old detector let go of", async () => (int)(await models.Model(FromStick))["users"]! == 0 ? box : null);
        Assert.Equal(HttpStatusCode.NoContent, (await box.Admin.DeleteAsync($"/api/v1/models/{FromStick}")).StatusCode);

        Assert.False(File.Exists(path));
        foreach (var action in new[] { "model.pull", "model.verify", "model.use", "model.remove" })
            Assert.NotEmpty(await models.Audit(action));
        box.Log.NoErrors();
    }

    [Fact]
    public async Task Requests_ThatCannotBe_AreProblemsWithAReason()
    {
        await using var models = await ModelBox.Start();
        var box = models.Box;

        await RunningBox.Problem(await box.Technician.PostAsync("/api/v1/models/nonesuch/pull", null), 404, "not-found");
        await RunningBox.Problem(
            await box.Technician.PostAsJsonAsync("/api/v1/models/yunet-s/pull", new { from = "/etc" }), 400, "validation");
        await RunningBox.Problem(
            await box.Technician.PostAsJsonAsync("/api/v1/models/yunet-s/pull", new { from = "/media/../etc" }), 400, "validation");
        var unpublished = await RunningBox.Problem(
            await box.Technician.PostAsync("/api/v1/models/face-reidentification-retail-0095/pull", null), 409, "conflict");
        Assert.Contains("from", (string)unpublished["detail"]!, StringComparison.Ordinal);

        await RunningBox.Problem(await box.Admin.PostAsJsonAsync("/api/v1/models/use", new { kind = "nose", model = "x" }), 400, "validation");
        await RunningBox.Problem(await box.Admin.PostAsJsonAsync("/api/v1/models/use", new { kind = "detector", model = "x" }), 404, "not-found");
        await RunningBox.Problem(
            await box.Admin.PostAsJsonAsync("/api/v1/models/use", new { kind = "embedder", model = "watchpost-face-detector" }), 404, "not-found");
        var builtin = await RunningBox.Problem(await box.Admin.DeleteAsync("/api/v1/models/yunet-s-640"), 409, "conflict");
        Assert.NotEmpty((string)builtin["detail"]!);
        await RunningBox.Problem(await box.Admin.DeleteAsync("/api/v1/models/watchpost-face-detector"), 409, "conflict");
        await RunningBox.Problem(await box.Technician.GetAsync("/api/v1/models/jobs/x"), 404, "not-found");
        await RunningBox.Problem(await box.Technician.DeleteAsync("/api/v1/models/jobs/x"), 404, "not-found");
        await RunningBox.Problem(
            await box.Technician.PostAsJsonAsync("/api/v1/models/shadow", new { kind = "detector", model = "yunet-s", share = 0 }), 400, "validation");
        await RunningBox.Problem(
            await box.Technician.PostAsJsonAsync("/api/v1/models/shadow", new { kind = "detector", model = "yunet-s", minutes = 0 }), 400, "validation");
        box.Log.NoErrors();
    }

    [Fact]
    public async Task Pull_OwnModelFromAServer_NeedsItsLicenceAndIsFollowedAndCancelled()
    {
        await using var server = await ModelServer.Start();
        var held = new TaskCompletionSource();
        server.Answer = async (http, _) =>
        {
            http.Response.Headers.ETag = ModelServer.Tag;
            http.Response.ContentLength = server.Content.Length;
            await http.Response.Body.WriteAsync(server.Content.AsMemory(0, 100_000));
            await http.Response.Body.FlushAsync();
            await held.Task.WaitAsync(http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        await using var models = await ModelBox.Start();
        var box = models.Box;
        await AddToCatalogue(box, server.Entry(commercial: false));

        var refused = await RunningBox.Problem(await box.Technician.PostAsync("/api/v1/models/made-up/pull", null), 409, "conflict");
        Assert.Equal("Research only", (string)refused["licence"]!["name"]!);
        Assert.True((bool)(await models.Model("made-up"))["needsAcceptance"]!);

        // This daemon does not trust the test's certificate: a fault that is told as the job's.
        var failed = await models.Ended(await models.Begin("/api/v1/models/made-up/pull", new { acceptLicence = "Research only" }));
        Assert.Equal(("failed", "unreachable"), ((string)failed["state"]!, (string)failed["fault"]!));

        // Through a client that does, it is followed and cancelled; what came is kept.
        var desk = new Appliance.Daemon.Models.ModelDesk(
            box.Host.Runtime.Inference, box.Host.Runtime.Store, null, TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, server.Handler());
        await using (desk)
        {
            var job = desk.StartPull(desk.Find("made-up")!, new("Research only"), new("anna", ""), out _)!;
            Assert.Null(desk.StartPull(desk.Find("made-up")!, new("Research only"), new("anna", ""), out var inTheWay));
            Assert.Equal(job.Id, inTheWay!.Id);
            await EndToEnd.Support.Patience.Until(
                "bytes arrive", () => Task.FromResult(desk.Jobs.Find(job.Id) is { Progress: 100_000 } some ? some : null));
            Assert.True(desk.Jobs.Cancel(job.Id));
            Assert.Equal(Appliance.Daemon.Models.ModelJobState.Cancelled, (await desk.Jobs.Wait(job.Id)).State);

            held.SetResult();
            server.Answer = null;
            var again = desk.StartPull(desk.Find("made-up")!, new("Research only"), new("anna", ""), out _)!;
            Assert.Equal(Appliance.Daemon.Models.ModelJobState.Done, (await desk.Jobs.Wait(again.Id)).State);
        }

        Assert.Equal("bytes=100000-", server.Ranges[^1]);
        Assert.Contains(
            await models.Audit("model.pull"), line => line.Contains("licence accepted: Research only", StringComparison.Ordinal));
        box.Log.NoErrors();
    }

    /// <summary>The box's own part of the catalogue is read at start.</summary>
    private static async Task AddToCatalogue(RunningBox box, ModelEntry entry)
    {
        var store = Path.Combine(box.DataFolder, "models");
        Directory.CreateDirectory(store);
        await File.WriteAllTextAsync(
            Path.Combine(store, ModelCatalogue.LocalFile), JsonSerializer.Serialize(new { models = new[] { entry } }, ModelManifest.Json));
        await box.RestartAsync();
    }
}
