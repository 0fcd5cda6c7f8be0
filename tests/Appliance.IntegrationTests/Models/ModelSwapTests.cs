using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.Daemon;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Models;

/// <summary>Another model goes live, or beside the live one, while a person stands before the camera; with the real models.</summary>
public sealed class ModelSwapTests
{
    private const string Live = "face-reidentification-retail-0095";
    private const string Builtin = "watchpost-face-embedder";

    [SharedFact]
    public async Task Use_AnotherEmbedderWhileSomebodyIsWatched_LosesNoFrameAndNoTrack()
    {
        await using var models = await ModelBox.Start();
        var box = models.Box;
        var pipeline = box.Host.Runtime.Pipeline;
        var photo = ModelBox.Photo("obama", 1);
        var obama = await models.Enrol("Barack", photo, ModelBox.Photo("obama", 2));
        using var camera = new FedCamera(pipeline, await File.ReadAllBytesAsync(photo));
        var before = await camera.Identified(0);

        // The camera goes on while it is asked for: the model may be ready before the answer is here.
        var atStart = camera.Analyzed;
        var switched = camera.FeedUntil("the switch", () => pipeline.Recognizers.Index?.Model.StartsWith(Builtin, StringComparison.Ordinal) == true ? camera : null);
        var job = await models.Begin("/api/v1/models/use", new { kind = "embedder", model = Builtin });
        var said = camera.Tracks.Count;
        await switched;
        var meanwhile = camera.Analyzed - atStart;
        var after = await camera.Identified(said);
        var done = await models.Done(job);

        // One may have been on its way before.
        Assert.True(meanwhile > 1, "no frame was analysed while the model was made ready");
        Assert.Equal((camera.Fed, 0L), (camera.Analyzed, camera.Dropped));
        Assert.Equal((before.Track, obama), (after.Track, after.Person));
        Assert.DoesNotContain(camera.Tracks, track => track.What == "ended");
        // The same track of the same person is no new alert.
        Assert.Equal(1, camera.Alerts);
        Assert.Equal(2, (int)done["total"]!);
        Assert.Empty(done["unknown"]!.AsArray());
        Assert.True((bool)(await models.Model(Builtin))["inUse"]!);
        Assert.Contains(await models.Audit("model.use"), line => line.Contains("2 photos taught, 0 persons unknown", StringComparison.Ordinal));

        // Over a restart, and back: the old templates were kept, so nothing is taught again.
        await box.RestartAsync();
        Assert.True((bool)(await models.Model(Builtin))["inUse"]!);
        var back = await models.Done(await models.Begin("/api/v1/models/use", new { kind = "embedder", model = "default" }));
        Assert.Equal(0, (int)back["total"]!);
        Assert.True((bool)(await models.Model(Live))["inUse"]!);
        box.Log.NoErrors();
    }

    [SharedFact]
    public async Task Use_DetectorWhileSomebodyIsWatched_LosesNoFrameAndNoTrack()
    {
        await using var models = await ModelBox.Start();
        var pipeline = models.Box.Host.Runtime.Pipeline;
        var photo = ModelBox.Photo("obama", 1);
        await models.Enrol("Barack", photo);
        using var camera = new FedCamera(pipeline, await File.ReadAllBytesAsync(photo));
        var before = await camera.Identified(0);

        var said = camera.Tracks.Count;
        await models.Done(await models.Begin("/api/v1/models/use", new { kind = "detector", model = "watchpost-face-detector" }));
        var after = await camera.Identified(said);

        Assert.Equal(before.Track, after.Track);
        Assert.Equal((camera.Fed, 0L), (camera.Analyzed, camera.Dropped));
        Assert.True((bool)(await models.Model("watchpost-face-detector"))["loaded"]!);
        await Patience.Until("the old detector unloaded", async () => (bool)(await models.Model("yunet-s"))["loaded"]! ? null : camera);
        models.Box.Log.NoErrors();
    }

    [SharedFact]
    public async Task Use_EmbedderForPhotosThatWereNotKept_NamesThePersonsAndNeedsForce()
    {
        await using var models = await ModelBox.Start(store: "\"KeepPhotos\": false");
        var box = models.Box;
        var kit = await models.Enrol("Kit", ModelBox.Photo("kit_harington", 1));

        var refused = await RunningBox.Problem(
            await box.Admin.PostAsJsonAsync("/api/v1/models/use", new { kind = "embedder", model = Builtin }), 409, "conflict");
        var forced = await models.Done(await models.Begin("/api/v1/models/use", new { kind = "embedder", model = Builtin, force = true }));
        var health = await Health(box);

        foreach (var unknown in new[] { refused["unknown"]!, forced["unknown"]! })
        {
            Assert.Equal(
                (kit, "Kit", "photosNotKept"), ((string)unknown[0]!["id"]!, (string)unknown[0]!["name"]!, (string)unknown[0]!["reason"]!));
        }

        Assert.Contains("1 persons are unknown to the embedder in use", health, StringComparison.Ordinal);
        Assert.Contains(kit, health, StringComparison.Ordinal);
        Assert.DoesNotContain("Kit", health, StringComparison.Ordinal);
        Assert.DoesNotContain(await models.Audit("model.use"), line => line.Contains("Kit", StringComparison.Ordinal));

        // A new photo, taught by the model of now, makes it good.
        var content = new ByteArrayContent(await File.ReadAllBytesAsync(ModelBox.Photo("kit_harington", 2))) { Headers = { ContentType = new("image/jpeg") } };
        await RunningBox.Json(await box.Operator.PostAsync($"/api/v1/watchlist/persons/{kit}/photos", content), HttpStatusCode.Created);
        await Patience.Until("health well again", async () => (await Health(box)).Contains("unknown to", StringComparison.Ordinal) ? null : box);
        box.Log.NoErrors();
    }

    [SharedFact]
    public async Task Shadow_DetectorAndEmbedder_CountAgreementAndEnd()
    {
        await using var models = await ModelBox.Start();
        var box = models.Box;
        var photo = ModelBox.Photo("obama", 1);
        await models.Enrol("Barack", photo);
        using var camera = new FedCamera(box.Host.Runtime.Pipeline, await File.ReadAllBytesAsync(photo));
        await camera.Identified(0);

        await models.Done(await models.Begin(
            "/api/v1/models/shadow", new { kind = "detector", model = "watchpost-face-detector", share = 1.0, minutes = 5 }));
        var shadows = box.Host.Runtime.Pipeline.Shadows;
        var report = await camera.FeedUntil("three frames compared", () => shadows.Reports[0] is { Compared: >= 3 } enough ? enough : null);

        Assert.StartsWith("yunet-s", report.Live, StringComparison.Ordinal);
        Assert.StartsWith("watchpost-face-detector", report.Candidate, StringComparison.Ordinal);
        Assert.True(report.Detections!.Both >= 3, report.ToString());
        Assert.Equal((camera.Fed, 0L), (camera.Analyzed, camera.Dropped));
        Assert.True(report.Seen >= report.Compared + report.Dropped);

        // Swapping makes identities anew, so the embedder has something to do for the shadow.
        await models.Done(await models.Begin("/api/v1/models/shadow", new { kind = "embedder", model = Builtin, share = 1.0, minutes = 5 }));
        await models.Done(await models.Begin("/api/v1/models/use", new { kind = "detector", model = "yunet-n" }));
        var decisions = await camera.FeedUntil(
            "a face compared", () => shadows.Reports.FirstOrDefault(one => one.Decisions is not null && one.Compared >= 1));
        Assert.Equal(decisions.Compared, decisions.Decisions!.SamePerson);
        Assert.True(decisions.Decisions.CandidateSimilarity.Mean > 0.9, decisions.ToString());
        Assert.Contains("yunet-n", shadows.Reports[0].Ended, StringComparison.Ordinal);

        var metrics = await box.Viewer.GetStringAsync("/metrics");
        Assert.Contains("watchpost_shadow_decisions_total{kind=\"embedder\"", metrics, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await box.Technician.DeleteAsync("/api/v1/models/shadow/embedder")).StatusCode);
        await RunningBox.Problem(await box.Technician.DeleteAsync("/api/v1/models/shadow/embedder"), 404, "not-found");
        var shown = await RunningBox.Json(await box.Viewer.GetAsync("/api/v1/models/shadow"), HttpStatusCode.OK);
        Assert.Equal("stopped", (string)shown.AsArray().Single(one => (string)one!["kind"]! == "embedder")!["ended"]!);
        box.Log.NoErrors();
    }

    [SharedFact]
    public async Task IdleUnload_NoCameraSends_FreesTheModelsAndTheNextFrameBringsThemBack()
    {
        await using var models = await ModelBox.Start("\"IdleUnload\": \"00:00:01\"");
        var runtime = models.Box.Host.Runtime;
        await Patience.Until("all models unloaded", () => Task.FromResult(
            runtime.Inference.GetHealth().Models is { Count: 2 } all && all.All(model => !model.Loaded) ? runtime : null));
        Assert.Contains("watchpost_model_loaded{model=\"yunet-s@2023mar-dynamic\"} 0", await models.Box.Viewer.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.DoesNotContain("\"models\"", await Health(models.Box), StringComparison.Ordinal);

        using var camera = new FedCamera(runtime.Pipeline, await File.ReadAllBytesAsync(ModelBox.Photo("obama", 1)));
        await camera.Feed();

        Assert.Equal(0, camera.Dropped);
        Assert.Contains(runtime.Inference.GetHealth().Models, model => model is { Loads: >= 2, Kind: "FaceDetector" });
    }

    private static async Task<string> Health(RunningBox box)
    {
        using var response = await box.Viewer.GetAsync("/health/ready");
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!.ToJsonString();
    }
}
