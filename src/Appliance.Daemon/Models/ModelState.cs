using Appliance.Inference;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Health;

namespace Appliance.Daemon.Models;

/// <summary>A model of the catalogue and how it stands on this box.</summary>
/// <param name="Name">What commands and the configuration call it.</param>
/// <param name="Id">Name and version; templates are stored under it.</param>
/// <param name="Kind">faceDetector or faceEmbedder.</param>
/// <param name="Bytes">Size of its file.</param>
/// <param name="Sha256">Of its file.</param>
/// <param name="Licence">Of the weights.</param>
/// <param name="LicenceUrl">Where it can be read; null = not known.</param>
/// <param name="CommercialUse">Whether the licence allows it.</param>
/// <param name="NeedsAcceptance">Whether a pull needs acceptLicence.</param>
/// <param name="Source">Where the weights were published.</param>
/// <param name="Url">Where a pull gets them; null = from a folder only.</param>
/// <param name="Precision">float32, float16 or int8.</param>
/// <param name="VariantOf">The model that this is another precision of.</param>
/// <param name="Path">Its file; null = not on this box.</param>
/// <param name="Builtin">Whether it ships with the product.</param>
/// <param name="InUse">Whether it is the one of its kind.</param>
/// <param name="Loaded">Whether it is in memory now.</param>
/// <param name="Users">Threads that hold it.</param>
/// <param name="IdleSeconds">Since it was last run; null = never in this run.</param>
/// <param name="Options">Session options it runs with here, in words.</param>
/// <param name="Input">Contract of the input.</param>
/// <param name="Output">Contract of the outputs.</param>
/// <param name="Alignment">Embedders: where the five points must lie.</param>
/// <param name="Thresholds">Embedders: cosines that were measured to mean something.</param>
/// <param name="DocumentedLfwAccuracy">Embedders: what its documentation claims.</param>
internal sealed record ModelState(
    string Name, string Id, ModelKind Kind, long Bytes, string Sha256, string Licence, string? LicenceUrl, bool CommercialUse,
    bool NeedsAcceptance, ModelSource Source, string? Url, string Precision, string? VariantOf, string? Path, bool Builtin, bool InUse,
    bool Loaded, int Users, double? IdleSeconds, string Options, InputContract Input, OutputContract Output, AlignmentContract? Alignment,
    EmbedderThresholds? Thresholds, double? DocumentedLfwAccuracy)
{
    /// <summary>Everything the catalogue knows, in its order.</summary>
    public static IReadOnlyList<ModelState> All(InferenceEngine engine)
    {
        var running = engine.GetHealth().Models.ToDictionary(model => model.Model);
        var inUse = Enum.GetValues<ModelKind>().Select(kind => IdInUse(engine, kind)).OfType<string>().ToHashSet();
        return [.. engine.Catalogue.Models.Select(model => From(engine, model, running.GetValueOrDefault(model.Id), inUse.Contains(model.Id)))];
    }

    private static ModelState From(InferenceEngine engine, ModelEntry model, ModelHealth? running, bool inUse) => new(
        model.Name, model.Id, model.Kind, model.Bytes, model.Sha256, model.Licence, model.LicenceUrl, model.CommercialUse,
        model.NeedsAcceptance, model.Source, model.Url?.AbsoluteUri, model.Precision, model.VariantOf, engine.Catalogue.Find(model),
        engine.Catalogue.IsBuiltin(model), inUse, running?.Loaded ?? false, running?.Users ?? 0, running?.Idle.TotalSeconds,
        engine.OptionsOf(model).ToString(), model.Input, model.Output, model.Alignment, model.Thresholds, model.DocumentedLfwAccuracy);

    private static string? IdInUse(InferenceEngine engine, ModelKind kind)
    {
        try
        {
            return engine.InUse(kind).Id;
        }
        catch (InferenceException)
        {
            return null;
        }
    }
}
