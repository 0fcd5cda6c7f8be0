using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Inference.Tuning;

namespace Appliance.Inference.Catalogue;

/// <summary>The contents of a <c>manifest.json</c>.</summary>
internal sealed record ModelManifest
{
    // By reflection: generated code would set properties that are absent to 0 instead of keeping their defaults.
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Names per kind, best first: what is taken when the configuration names none.</summary>
    public IReadOnlyDictionary<ModelKind, string[]> Preferred { get; init; } = new Dictionary<ModelKind, string[]>();

    public IReadOnlyList<ModelEntry> Models { get; init; } = [];

    /// <summary>Session options that were measured to be best: by CPU family, then by model.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, SessionTuning>> Sessions { get; init; } =
        new Dictionary<string, IReadOnlyDictionary<string, SessionTuning>>();

    /// <exception cref="InferenceException">Not JSON, a field is missing or unknown, or a contract contradicts itself.</exception>
    internal static ModelManifest Parse(ReadOnlySpan<byte> json, string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<ModelManifest>(json, Json)
                ?? throw new InferenceException($"{path}: empty");
            var faults = manifest.Models.SelectMany(ModelContract.Faults)
                .Concat(manifest.Models.GroupBy(model => model.Name).Where(same => same.Count() > 1).Select(same => $"{same.Key}: twice"))
                .Concat(manifest.Sessions.SelectMany(family => family.Value.SelectMany(
                    model => model.Value.Faults().Select(fault => $"sessions.{family.Key}.{model.Key}: {fault}"))))
                .ToList();
            return faults.Count == 0 ? manifest : throw new InferenceException($"{path}: {string.Join("; ", faults)}");
        }
        catch (JsonException error)
        {
            throw new InferenceException($"{path}: {error.Message}", error);
        }
    }
}
