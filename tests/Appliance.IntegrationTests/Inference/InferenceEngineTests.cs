using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Inference;
using Appliance.Inference.Catalogue;
using Appliance.IntegrationTests.Support;
using Appliance.UnitTests.Support;

namespace Appliance.IntegrationTests.Inference;

public class InferenceEngineTests
{
    private const string Photo = "watchlist/group_two_people_obama_biden.jpg";

    [SharedFact]
    public void GetHealth_CpuBuildAskedForGpus_SaysWhyEachWasRefused()
    {
        using var engine = new InferenceEngine(new() { Providers = ["tensorrt", "cuda", "cpu"] });
        using var detector = engine.CreateDetector();
        using var photo = Photos.Read(Photo);
        detector.Detect(photo, []);

        var health = engine.GetHealth();

        Assert.True(health.IsAvailable, health.WhyNot);
        Assert.StartsWith("1.", health.Library!.Version, StringComparison.Ordinal);
        var model = Assert.Single(health.Models);
        Assert.Equal(1, model.Runs);
        Assert.True(model.Latency.P50 > TimeSpan.Zero);
        if (model.Provider == "cpu")
        {
            Assert.Equal(["tensorrt", "cuda"], model.Refusals.Select(refusal => refusal.Provider));
            Assert.All(model.Refusals, refusal => Assert.NotEmpty(refusal.Reason));
        }
    }

    [SharedFact]
    public void GetHealth_ProviderUnknown_IsARefusalNotAFault()
    {
        using var engine = new InferenceEngine(new() { Providers = ["abacus", "cpu"] });
        using var detector = engine.CreateDetector();

        var refusal = Assert.Single(Assert.Single(engine.GetHealth().Models).Refusals);

        Assert.Equal("abacus", refusal.Provider);
    }

    [SharedFact]
    public void Detect_SeveralCamerasInOneBatch_EqualsEachAlone()
    {
        using var engine = new InferenceEngine(new() { MaxBatch = 3, Providers = ["cpu"] });
        using var detector = engine.CreateDetector();
        var names = new[] { Photo, "group/compreface_010_2.jpg", Photo, "expression/happy.jpg", Photo, Photo };
        var frames = names.Select(Frame (name) => Photos.Read(name)).ToArray();
        var batched = names.Select(_ => new List<FaceDetection>()).ToArray();

        detector.Detect(frames, batched);

        var alone = new List<FaceDetection>();
        for (var i = 0; i < frames.Length; i++)
        {
            detector.Detect(frames[i], alone);
            Assert.NotEmpty(alone);
            Assert.Equal(alone.Count, batched[i].Count);
            for (var face = 0; face < alone.Count; face++)
            {
                Assert.Equal(alone[face].Score, batched[i][face].Score, 1e-3);
                Assert.True(alone[face].Box.OverlapWith(batched[i][face].Box) > 0.99f);
            }

            frames[i].Dispose();
        }
    }

    [SharedFact]
    public void Detect_ManyGeometries_KeepsWorkingWithFewBuffers()
    {
        using var engine = new InferenceEngine(new() { DetectorSize = 320, Providers = ["cpu"] });
        using var detector = engine.CreateDetector();
        using var photo = Photos.Read("expression/happy.jpg");
        List<FaceDetection> faces = [];
        for (var width = 64; width <= 64 * 20; width += 64)
        {
            using var frame = new PooledFrame(width, 96);
            detector.Detect(frame, faces);
            Assert.Empty(faces);
        }

        detector.Detect(photo, faces);

        Assert.Single(faces);
    }

    [SharedFact]
    public void DetectAndEmbed_SteadyState_AllocateNothing()
    {
        using var engine = new InferenceEngine(new() { Providers = ["cpu"] });
        using var detector = engine.CreateDetector();
        using var embedder = engine.CreateEmbedder();
        using var photo = Photos.Read(Photo);
        List<FaceDetection> faces = [];
        var template = new float[embedder.Dimensions];
        for (var warmUp = 0; warmUp < 3; warmUp++)
            Recognise();

        Assert.Equal(0, Allocations.Least(Recognise));

        void Recognise()
        {
            detector.Detect(photo, faces);
            for (var face = 0; face < faces.Count; face++)
            {
                var points = faces[face].Landmarks;
                embedder.Embed(photo, new ReadOnlySpan<Landmarks5>(in points), template);
            }
        }
    }

    [SharedFact]
    public void CreateDetector_UnknownName_NamesTheKnownOnes()
    {
        using var engine = new InferenceEngine(new() { Detector = "nonesuch" });

        var error = Assert.Throws<InferenceException>(() => engine.CreateDetector());

        Assert.Contains("yunet-s", error.Message, StringComparison.Ordinal);
        Assert.Contains("models list", error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, engine.GetHealth().WhyNot);
    }

    [SharedFact]
    public void Resolve_AlteredFile_IsRefusedByItsHash()
    {
        var folder = Directory.CreateTempSubdirectory("watchpost-models");
        try
        {
            var model = ModelCatalogue.Open("").Models.First(entry => entry.Kind == ModelKind.FaceDetector);
            var path = Path.Combine(folder.FullName, model.File);
            File.WriteAllBytes(path, [1, 2, 3]);

            var error = Assert.Throws<InferenceException>(
                () => ModelCatalogue.Open("").Resolve(ModelKind.FaceDetector, path));

            Assert.Contains("SHA-256", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
