using System.Numerics;
using System.Numerics.Tensors;
using System.Text.Json;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Inference;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Inference;

/// <summary>Reference outputs of the same models from a Python pipeline (OpenCV decoding and warping, full-resolution colour).</summary>
public class GoldenTests
{
    // The reference scaled the longer side to at most 1024.
    private static readonly InferenceOptions s_options = new() { DetectorSize = 1024, ScoreThreshold = 0.6f, Providers = ["cpu"] };

    [SharedFact]
    public void Detect_ReferencePhotos_FindsTheSameFaces()
    {
        using var engine = new InferenceEngine(s_options);
        using var detector = engine.CreateDetector();
        List<FaceDetection> faces = [];

        foreach (var (name, photo, golden) in References())
        {
            using (photo)
                detector.Detect(photo, faces);

            Assert.True(golden.Count == faces.Count, $"{name}: {faces.Count} faces instead of {golden.Count}");
            foreach (var face in golden)
            {
                var found = Nearest(faces, face.Landmarks);
                Assert.True(found.Box.OverlapWith(face.Box) > 0.9f, $"{name}: {found.Box} instead of {face.Box}");
                Assert.Equal(face.Score, found.Score, 0.02);
                Assert.True(
                    Vector2.Distance(found.Landmarks.NoseTip, face.Landmarks.NoseTip) < 0.03f * face.Box.Width,
                    $"{name}: nose {found.Landmarks.NoseTip} instead of {face.Landmarks.NoseTip}");
            }
        }
    }

    [SharedFact]
    public void Embed_ReferenceLandmarks_GivesTheSameTemplates()
    {
        using var engine = new InferenceEngine(s_options);
        using var embedder = engine.CreateEmbedder();
        var template = new float[embedder.Dimensions];

        foreach (var (name, photo, golden) in References())
        {
            using (photo)
            {
                foreach (var face in golden)
                {
                    embedder.Embed(photo, [face.Landmarks], template);

                    // Faces below 60 px are enlarged twice, and 4:2:0 has a quarter of the reference's colour there.
                    var least = face.Box.Width < 60 ? 0.97 : 0.99;
                    var cosine = TensorPrimitives.CosineSimilarity<float>(template.AsSpan(0, 8), face.Embedding);
                    Assert.True(cosine > least, $"{name}: cosine {cosine} of the first eight for a face {face.Box.Width} px wide");
                    Assert.Equal(1, TensorPrimitives.Norm<float>(template), 1e-5);
                }
            }
        }
    }

    private static FaceDetection Nearest(List<FaceDetection> faces, Landmarks5 landmarks) =>
        faces.MinBy(face => Vector2.Distance(face.Landmarks.NoseTip, landmarks.NoseTip));

    private static IEnumerable<(string Name, PooledFrame Photo, List<GoldenFace> Faces)> References()
    {
        var text = File.ReadAllText(Path.Combine(Checkout.Shared, "media", "golden.json"));
        using var golden = JsonDocument.Parse(text);
        foreach (var entry in golden.RootElement.EnumerateObject())
        {
            var faces = entry.Value.GetProperty("faces").EnumerateArray().Select(GoldenFace.Read).ToList();
            yield return (entry.Name, Photos.Read(entry.Name), faces);
        }
    }

    private sealed record GoldenFace(Box Box, float Score, Landmarks5 Landmarks, float[] Embedding)
    {
        internal static GoldenFace Read(JsonElement face)
        {
            var box = Numbers(face, "box");
            var points = Numbers(face, "landmarks5");
            return new(
                new(box[0], box[1], box[2] - box[0], box[3] - box[1]), face.GetProperty("score").GetSingle(),
                new(
                    new(points[0], points[1]), new(points[2], points[3]), new(points[4], points[5]),
                    new(points[6], points[7]), new(points[8], points[9])),
                Numbers(face, "embedding_first8"));
        }

        private static float[] Numbers(JsonElement face, string name) =>
            [.. face.GetProperty(name).EnumerateArray().Select(number => number.GetSingle())];
    }
}
