using System.Numerics.Tensors;
using Appliance.Core.Detection;
using Appliance.Core.Frames;

namespace Appliance.Inference.Evaluation;

/// <summary>Scores pairs of photos with the engine's detector and embedder.</summary>
public sealed class VerificationRun(InferenceEngine engine, Func<string, PooledFrame> read)
{
    private readonly Dictionary<string, float[]?> _templates = [];
    private readonly Lock _gate = new();

    /// <summary>Photos in which no face was found; they count as dissimilar to everything.</summary>
    public IReadOnlyList<string> WithoutFace =>
        [.. _templates.Where(entry => entry.Value is null).Select(entry => entry.Key).Order(StringComparer.Ordinal)];

    /// <summary>Photos looked at.</summary>
    public int Photos => _templates.Count;

    /// <summary>Every photo is looked at once. <paramref name="workers"/> threads share the work; reading must then be thread-safe.</summary>
    /// <exception cref="InferenceException">The models or a photo failed.</exception>
    public IReadOnlyList<ScoredPair> Score(IReadOnlyList<VerificationPair> pairs, int workers, CancellationToken cancel)
    {
        var paths = pairs.SelectMany(pair => new[] { pair.PathA, pair.PathB }).Distinct().ToArray();
        var next = -1;
        Parallel.For(0, workers, new ParallelOptions { CancellationToken = cancel }, _ =>
        {
            using var detector = engine.CreateDetector();
            using var embedder = engine.CreateEmbedder();
            List<FaceDetection> faces = [];
            for (var i = Interlocked.Increment(ref next); i < paths.Length; i = Interlocked.Increment(ref next))
            {
                cancel.ThrowIfCancellationRequested();
                using var photo = read(paths[i]);
                detector.Detect(photo, faces);
                float[]? template = null;
                if (FaceChoice.Main(faces, photo.Width, photo.Height) is { } face)
                    embedder.Embed(photo, [face.Landmarks], template = new float[embedder.Dimensions]);
                lock (_gate)
                    _templates[paths[i]] = template;
            }
        });

        return [.. pairs.Select(pair => new ScoredPair(Similarity(pair), pair.Same, pair.Fold))];
    }

    private float Similarity(VerificationPair pair) =>
        (_templates[pair.PathA], _templates[pair.PathB]) is ({ } a, { } b) ? TensorPrimitives.Dot<float>(a, b) : -1;
}
