using Appliance.Inference;
using Appliance.IntegrationTests.Support;
using Appliance.Scene.Checks;
using Appliance.Scene.Walks;

namespace Appliance.IntegrationTests.Scene;

/// <summary>Real models look at rendered people.</summary>
public class SceneCheckTests
{
    private static readonly InferenceOptions s_options = new() { Detector = "yunet-s", Embedder = "face-reidentification-retail-0095", Providers = ["cpu"] };

    [SharedFact]
    public void Run_DemoPeople_FoundAndToldApart()
    {
        var report = Check(SceneScript.Create(1, 3, 1, 10));

        Assert.Empty(report.Faults);
        Assert.True(report.DetectorScore.Count >= 24, $"{report.DetectorScore}");
        Assert.True(report.DetectorScore.Min > 0.8f, $"{report.DetectorScore}");
        Assert.True(report.DifferentIdentity.Max < report.SameIdentity.Min, $"{report.DifferentIdentity} {report.SameIdentity}");
    }

    [SharedFact]
    public void Run_TwinsUnderTwoNames_SaysWhoIsTakenForWhom()
    {
        var script = SceneScript.Create(1, 2, 1, 10);
        script = script with { Cast = [script.Cast[0], script.Cast[0] with { Name = "Twin" }], Walks = [] };

        var report = Check(script);

        Assert.False(report.Passed);
        Assert.Contains(report.Faults, fault => fault.Contains("Twin", StringComparison.Ordinal));
    }

    private static SceneReport Check(SceneScript script)
    {
        using var engine = new InferenceEngine(s_options);
        using var detector = engine.CreateDetector();
        using var embedder = engine.CreateEmbedder();
        return new SceneCheck(detector, embedder).Run(script, 960, 540, threshold: 0.48f, every: 1);
    }
}
