using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Pipeline;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Health;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>Models: those that are known and those that run.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/models").WithTags("Models").RequireAuthorization(Policies.Viewer);
        group.MapGet("", List);
        group.MapGet("/health", Health);
    }

    /// <summary>The catalogue: what is known, and whether its file is on this box.</summary>
    private static Ok<ModelView[]> List(ApplianceRuntime runtime)
    {
        var catalogue = runtime.Inference.Catalogue;
        return TypedResults.Ok(catalogue.Models.Select(model => ModelView.From(model, catalogue.Find(model) is not null)).ToArray());
    }

    /// <summary>What runs on what, how fast, and why other execution providers were refused.</summary>
    private static Ok<InferenceHealth> Health(ApplianceRuntime runtime) => TypedResults.Ok(runtime.Inference.GetHealth());
}

/// <summary>A model of the catalogue.</summary>
/// <param name="Id">Name and version.</param>
/// <param name="Kind">faceDetector or faceEmbedder.</param>
/// <param name="Sha256">Of its file.</param>
/// <param name="Licence">Of the weights.</param>
/// <param name="CommercialUse">Whether the licence allows it.</param>
/// <param name="Source">Where the weights were published.</param>
/// <param name="Present">Whether the file is on this box.</param>
/// <param name="Dimensions">Embedders: floats per template.</param>
/// <param name="Thresholds">Embedders: cosines that were measured to mean something.</param>
internal sealed record ModelView(
    string Id, ModelKind Kind, string Sha256, string Licence, bool CommercialUse, ModelSource Source, bool Present, int Dimensions,
    EmbedderThresholds? Thresholds)
{
    public static ModelView From(ModelEntry model, bool present) => new(
        model.Id, model.Kind, model.Sha256, model.Licence, model.CommercialUse, model.Source, present, model.Output.Dimensions, model.Thresholds);
}
