using Appliance.Core.Shadow;
using Appliance.Inference.Catalogue;

namespace Appliance.Daemon.Models;

/// <summary>Kinds of models as people write them.</summary>
internal static class ModelKinds
{
    /// <summary>Words that are taken for a kind.</summary>
    public const string Words = "detector or embedder";

    /// <summary>What a model in use goes back to what the configuration says with.</summary>
    public const string Default = "default";

    /// <summary>Null: no such kind.</summary>
    public static ModelKind? Parse(string word) => word.ToLowerInvariant() switch
    {
        "detector" or "facedetector" => ModelKind.FaceDetector,
        "embedder" or "faceembedder" => ModelKind.FaceEmbedder,
        _ => null,
    };

    /// <summary>A pair <c>KIND=NAME</c>; null: not one.</summary>
    public static (ModelKind Kind, string Model)? ParsePair(string pair) =>
        pair.Split('=', 2) is [var word, { Length: > 0 } model] && Parse(word) is { } kind ? (kind, model) : null;

    public static string Word(ModelKind kind) => kind == ModelKind.FaceDetector ? "detector" : "embedder";

    public static ShadowKind Shadow(ModelKind kind) => kind == ModelKind.FaceDetector ? ShadowKind.Detector : ShadowKind.Embedder;
}
