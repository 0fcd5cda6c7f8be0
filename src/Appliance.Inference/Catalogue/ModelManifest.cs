using System.Text.Json;
using System.Text.Json.Serialization;

namespace Appliance.Inference.Catalogue;

/// <summary>The contents of a <c>manifest.json</c>.</summary>
internal sealed record ModelManifest
{
    // By reflection: generated code would set properties that are absent to 0 instead of keeping their defaults.
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Names per kind, best first: what is taken when the configuration names none.</summary>
    public IReadOnlyDictionary<ModelKind, string[]> Preferred { get; init; } = new Dictionary<ModelKind, string[]>();

    public required IReadOnlyList<ModelEntry> Models { get; init; }

    /// <exception cref="InferenceException">Not JSON, a field is missing or unknown, or a contract contradicts itself.</exception>
    internal static ModelManifest Parse(ReadOnlySpan<byte> json, string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<ModelManifest>(json, s_json)
                ?? throw new InferenceException($"{path}: empty");
            var faults = manifest.Models.SelectMany(ModelContract.Faults).ToList();
            return faults.Count == 0 ? manifest : throw new InferenceException($"{path}: {string.Join("; ", faults)}");
        }
        catch (JsonException error)
        {
            throw new InferenceException($"{path}: {error.Message}", error);
        }
    }
}
