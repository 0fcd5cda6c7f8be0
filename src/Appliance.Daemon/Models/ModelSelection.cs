using System.Text.Json;
using Appliance.Inference;
using Appliance.Inference.Catalogue;
using Appliance.Store;
using Appliance.Store.Audit;

namespace Appliance.Daemon.Models;

/// <summary>
/// Which models are in use, as <c>models use</c> left it in the store: it replaces what the configuration file says until it is taken
/// back.
/// </summary>
/// <param name="FaceDetector">A name of the catalogue; null = as in the file.</param>
/// <param name="FaceEmbedder">A name of the catalogue; null = as in the file.</param>
internal sealed record ModelSelection(string? FaceDetector = null, string? FaceEmbedder = null)
{
    private const string Key = "models";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    public string? Of(ModelKind kind) => kind == ModelKind.FaceDetector ? FaceDetector : FaceEmbedder;

    public ModelSelection With(ModelKind kind, string? model) =>
        kind == ModelKind.FaceDetector ? this with { FaceDetector = model } : this with { FaceEmbedder = model };

    /// <summary>Makes the engine use it.</summary>
    public void ApplyTo(InferenceEngine engine)
    {
        foreach (var kind in Enum.GetValues<ModelKind>())
            engine.Choose(kind, Of(kind));
    }

    public static async Task<ModelSelection> Read(ApplianceStore store, CancellationToken cancel) =>
        await store.Settings.Get(Key, cancel) is { } document ? document.Read<ModelSelection>(s_json) ?? new() : new();

    /// <summary>Keeps it over restarts; the store writes the audit row.</summary>
    public async Task Write(ApplianceStore store, Actor by, CancellationToken cancel) =>
        await store.Settings.Put(Key, JsonSerializer.Serialize(this, s_json), null, by, cancel);
}
