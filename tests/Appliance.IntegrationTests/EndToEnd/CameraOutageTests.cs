using System.Text.Json.Nodes;
using Appliance.Capture.Serving;
using Appliance.IntegrationTests.EndToEnd.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>One camera dies; the box says so and the rest goes on.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class CameraOutageTests(FaceVideo video)
{
    [Fact]
    public async Task Run_CameraKilledAndBack_SaysWhyAndTheOtherNeverNotices()
    {
        using var cameras = RtspServer.Start();
        var gate = cameras.Mount("/gate", video.Path);
        var yard = cameras.Mount("/yard", video.Path);
        await using var box = new Box(BoxConfiguration.Of(null, ("gate", gate.Url), ("yard", yard.Url)));
        await box.Start();
        await box.Camera("gate", "analysed", camera => Analyzed(camera) > 3);
        await box.Camera("yard", "analysed", camera => Analyzed(camera) > 3);

        gate.Kill();
        var lost = await box.Camera("gate", "is lost", camera => (string)camera["state"]! == "lost");
        var (status, health) = await box.Look("/health/ready");
        var then = Analyzed(await box.Get("/api/v1/cameras/yard"));
        var other = await box.Camera("yard", "goes on", camera => Analyzed(camera) > then + 10);
        var still = await box.Get("/api/v1/cameras/gate");
        gate.Revive();
        var back = await box.Camera(
            "gate", "is back", camera => (string)camera["state"]! == "running" && Analyzed(camera) > Analyzed(still) + 5);
        var well = await Patience.Until("health is ok", async () => await box.Look("/health/ready") is (200, { } body) && (string)body["status"]! == "ok" ? body : null);

        Assert.NotEqual("", (string)lost["reason"]!);
        // Recognition goes on, so the box is not failed.
        Assert.Equal(200, status);
        Assert.Equal("degraded", (string)health["status"]!);
        Assert.Contains(health["faults"]!.AsArray(), fault =>
            (string)fault!["component"]! == "camera gate" && ((string)fault["reason"]!).Length > 0);
        Assert.NotEqual("running", (string)still["state"]!);
        Assert.InRange((int)back["statistics"]!["restarts"]!, 1, 1000);
        Assert.Equal((0, "running"), ((int)other["statistics"]!["restarts"]!, (string)other["state"]!));
        Assert.Empty(well["faults"]!.AsArray());
    }

    private static long Analyzed(JsonNode camera) => (long)camera["statistics"]!["analyzed"]!;
}
