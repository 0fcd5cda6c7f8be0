using System.Text.Json.Nodes;
using Appliance.Capture.Serving;
using Appliance.IntegrationTests.EndToEnd.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>A model is not there: nobody is recognised, but the box runs and says what to do.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class MissingModelTests(FaceVideo video)
{
    [Fact]
    public async Task Run_DetectorMissing_CamerasRunAndHealthSaysWhatToDo()
    {
        using var cameras = RtspServer.Start();
        var configuration = BoxConfiguration.Of(null, ("gate", cameras.Mount("/gate", video.Path).Url));
        configuration["Inference"]!["Detector"] = "/nowhere/detector.onnx";
        await using var box = new Box(configuration);
        await box.Start();

        var camera = await box.Camera("gate", "runs", camera => (string)camera["state"]! == "running");
        // A camera may run before the models were looked for.
        var (status, health) = (0, (JsonNode?)null);
        var reason = await Patience.Until("models that were looked for", async () =>
        {
            (status, health) = await box.Look("/health/ready");
            var fault = health["faults"]!.AsArray().FirstOrDefault(fault => (string)fault!["component"]! == "models");
            return (string?)fault?["reason"] is { } why && why != "starting" ? why : null;
        });
        var (live, _) = await box.Look("/health/live");
        var decoded = (long)camera["statistics"]!["decoded"]!;
        await box.Camera("gate", "goes on", camera => (long)camera["statistics"]!["decoded"]! > decoded + 5);

        Assert.Equal((503, 200), (status, live));
        Assert.Equal("failed", (string)health!["status"]!);
        Assert.Single(health["faults"]!.AsArray(), fault => (string)fault!["component"]! == "models");
        Assert.Contains("/nowhere/detector.onnx", reason, StringComparison.Ordinal);
        Assert.Contains("watchpost models", reason, StringComparison.Ordinal);
    }
}
