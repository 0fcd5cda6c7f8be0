using Appliance.Core.Shadow;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Models;
using Appliance.Daemon.Pipeline;
using Appliance.Inference;
using Appliance.Inference.Health;
using Appliance.Inference.Installing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints;

/// <summary>Models: those that are known, those that run, and how they come and go.</summary>
internal static class ModelEndpoints
{
    private const int MaxShadowMinutes = 7 * 24 * 60;

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/models").WithTags("Models").RequireAuthorization(Policies.Viewer);
        group.MapGet("", List);
        group.MapGet("/health", Health);
        group.MapPost("/{name}/pull", Pull).RequireAuthorization(Policies.Technician);
        group.MapPost("/verify", Verify).RequireAuthorization(Policies.Technician);
        group.MapPost("/use", Use).RequireAuthorization(Policies.Admin);
        group.MapDelete("/{name}", Remove).RequireAuthorization(Policies.Admin);
        group.MapGet("/shadow", Shadows);
        group.MapPost("/shadow", StartShadow).RequireAuthorization(Policies.Technician);
        group.MapDelete("/shadow/{kind}", StopShadow).RequireAuthorization(Policies.Technician);
        group.MapGet("/jobs", Jobs).RequireAuthorization(Policies.Technician);
        group.MapGet("/jobs/{id}", Job).RequireAuthorization(Policies.Technician);
        group.MapDelete("/jobs/{id}", Cancel).RequireAuthorization(Policies.Technician);
    }

    /// <summary>The catalogue: what is known, what is on this box, in use and in memory.</summary>
    private static Ok<IReadOnlyList<ModelState>> List(ApplianceRuntime runtime) => TypedResults.Ok(runtime.Models.All);

    /// <summary>What runs on what, how fast, and why other execution providers were refused.</summary>
    private static Ok<InferenceHealth> Health(ApplianceRuntime runtime) => TypedResults.Ok(runtime.Inference.GetHealth());

    /// <summary>
    /// Gets a model's file in the background, from its address or from a folder below Inference.ImportFolders; checks size and SHA-256. An
    /// interrupted pull goes on where it ended.
    /// </summary>
    private static Results<Accepted<ModelJob>, ProblemHttpResult> Pull(
        string name, [FromBody] PullRequest? request, ApplianceRuntime runtime, HttpContext http)
    {
        if (runtime.Models.Find(name) is not { } model)
            return Problems.NotFound("model", name);
        if (model.NeedsAcceptance && !string.Equals(request?.AcceptLicence?.Trim(), model.Licence, StringComparison.OrdinalIgnoreCase))
        {
            return Problems.Conflict(
                $"The licence of {model.Id}{(model.CommercialUse ? "" : " (no commercial use)")} must be accepted: send acceptLicence with its name.",
                "licence", new { name = model.Licence, url = model.LicenceUrl, model.CommercialUse });
        }

        if (request?.From is { } from && !IsImportFolder(from, runtime.Inference.Options))
            return Problems.Invalid("from", $"must be below one of {string.Join(", ", runtime.Inference.Options.ImportFolders)}");
        if (request?.From is null && model.Url is null)
            return Problems.Conflict($"{model.Id} is published nowhere in this form; send from with the folder that holds {model.File}.");

        return runtime.Models.StartPull(model, new(request?.AcceptLicence, request?.From), Caller.Of(http), out var inTheWay) is { } job
            ? TypedResults.Accepted($"/api/v1/models/jobs/{job.Id}", job)
            : Problems.Conflict($"{model.Id} is being pulled already.", "job", inTheWay!);
    }

    /// <summary>Hashes every installed file anew, loads it and holds inputs and outputs against the catalogue. Takes seconds.</summary>
    private static async Task<Ok<IReadOnlyList<ModelVerdict>>> Verify(ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
        TypedResults.Ok(await runtime.Models.Verify(null, Caller.Of(http), cancel));

    /// <summary>
    /// Makes another model the one of its kind, without losing a frame or a track. An embedder is first taught the enrolled photos, in the
    /// background; persons whose photos were not kept are named, and then force is needed.
    /// </summary>
    private static async Task<Results<Accepted<ModelJob>, ProblemHttpResult>> Use(
        UseRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (ModelKinds.Parse(request.Kind) is not { } kind)
            return Problems.Invalid("kind", $"must be {ModelKinds.Words}");
        if (request.Model != ModelKinds.Default)
        {
            if (runtime.Models.Find(request.Model) is not { } model || model.Kind != kind)
                return Problems.NotFound(ModelKinds.Word(kind), request.Model);
            if (runtime.Inference.Catalogue.Find(model) is null)
                return Problems.Conflict($"{model.Id} is not on this box; pull it first.");
            if (!request.Force && kind == Inference.Catalogue.ModelKind.FaceEmbedder
                && await runtime.Models.UnknownTo(model, cancel) is { Count: > 0 } unknown)
            {
                return Problems.Conflict(
                    $"{unknown.Count} persons would not be recognised by {model.Id} any more, because their photos were not kept. "
                    + "Enrol them with new photos, or send force.",
                    "unknown", unknown);
            }
        }

        return runtime.Models.StartUse(kind, request.Model, request.Force, Caller.Of(http), out var inTheWay) is { } job
            ? TypedResults.Accepted($"/api/v1/models/jobs/{job.Id}", job)
            : Problems.Conflict("Another switch is under way.", "job", inTheWay!);
    }

    /// <summary>Takes a model's file and its templates off the box; not one that is in use or ships with the product.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        string name, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (runtime.Models.Find(name) is not { } model)
            return Problems.NotFound("model", name);
        try
        {
            await runtime.Models.Remove(model, Caller.Of(http), cancel);
            return TypedResults.NoContent();
        }
        catch (InstallException error)
        {
            return error.Fault == InstallFault.NotRemovable ? Problems.Conflict(error.Message) : Problems.Unavailable(error.Message);
        }
    }

    /// <summary>Comparisons of a second model with the live one: how often they agree, how fast each is.</summary>
    private static Ok<IReadOnlyList<ShadowReport>> Shadows(ApplianceRuntime runtime) => TypedResults.Ok(runtime.Pipeline.Shadows.Reports);

    /// <summary>
    /// Runs a second model beside the live one of its kind, at the lowest priority, on a share of what it sees. An embedder is first taught
    /// the enrolled photos. Ends by itself.
    /// </summary>
    private static Results<Accepted<ModelJob>, ProblemHttpResult> StartShadow(ShadowRequest request, ApplianceRuntime runtime, HttpContext http)
    {
        if (ModelKinds.Parse(request.Kind) is not { } kind)
            return Problems.Invalid("kind", $"must be {ModelKinds.Words}");
        if (request.Share is not (> 0 and <= 1))
            return Problems.Invalid("share", "must be above 0 and at most 1");
        if (request.Minutes is < 1 or > MaxShadowMinutes)
            return Problems.Invalid("minutes", $"must be 1 to {MaxShadowMinutes}");
        if (runtime.Models.Find(request.Model) is not { } model || model.Kind != kind)
            return Problems.NotFound(ModelKinds.Word(kind), request.Model);
        if (runtime.Inference.Catalogue.Find(model) is null)
            return Problems.Conflict($"{model.Id} is not on this box; pull it first.");
        if (runtime.Models.All.Any(state => state.Id == model.Id && state.InUse))
            return Problems.Conflict($"{model.Id} is the live one; there is nothing to compare.");

        var options = new ShadowOptions(request.Share, TimeSpan.FromMinutes(request.Minutes));
        return runtime.Models.StartShadow(model, options, Caller.Of(http), out var inTheWay) is { } job
            ? TypedResults.Accepted($"/api/v1/models/jobs/{job.Id}", job)
            : Problems.Conflict("That shadow is being started already.", "job", inTheWay!);
    }

    /// <summary>Ends a comparison; its counts stay until the next one.</summary>
    private static Results<NoContent, ProblemHttpResult> StopShadow(string kind, ApplianceRuntime runtime) => ModelKinds.Parse(kind) switch
    {
        { } known when runtime.Pipeline.Shadows.Stop(ModelKinds.Shadow(known)) => TypedResults.NoContent(),
        _ => Problems.NotFound("shadow", kind),
    };

    /// <summary>Pulls, switches and starts of shadows of this run, newest first.</summary>
    private static Ok<IReadOnlyList<ModelJob>> Jobs(ApplianceRuntime runtime) => TypedResults.Ok(runtime.Models.Jobs.All);

    /// <summary>How far a job is, and how it ended.</summary>
    private static Results<Ok<ModelJob>, ProblemHttpResult> Job(string id, ApplianceRuntime runtime) =>
        runtime.Models.Jobs.Find(id) is { } job ? TypedResults.Ok(job) : Problems.NotFound("job", id);

    /// <summary>Ends a job; what it got so far is kept for the next try.</summary>
    private static Results<Accepted, ProblemHttpResult> Cancel(string id, ApplianceRuntime runtime)
    {
        if (runtime.Models.Jobs.Find(id) is null)
            return Problems.NotFound("job", id);
        return runtime.Models.Jobs.Cancel(id)
            ? TypedResults.Accepted($"/api/v1/models/jobs/{id}")
            : Problems.Conflict("It has ended already.");
    }

    // What is not a file of the catalogue is never copied; this keeps strangers from asking what else is on the disk.
    private static bool IsImportFolder(string from, InferenceOptions options) => Path.IsPathRooted(from)
        && options.ImportFolders.Any(folder => (Path.GetFullPath(from) + "/").StartsWith(Path.GetFullPath(folder) + "/", StringComparison.Ordinal));
}

/// <summary>How a model is to be got.</summary>
/// <param name="AcceptLicence">The licence's name as the catalogue has it, where it must be accepted.</param>
/// <param name="From">A folder on the box, such as a USB stick; left out = the catalogue's address.</param>
internal sealed record PullRequest(string? AcceptLicence = null, string? From = null);

/// <summary>Which model is to be the one of its kind.</summary>
/// <param name="Kind">detector or embedder.</param>
/// <param name="Model">A name of the catalogue, or default: what the configuration says.</param>
/// <param name="Force">Also when persons stay unknown to a new embedder.</param>
internal sealed record UseRequest(string Kind, string Model, bool Force = false);

/// <summary>Which model is to be compared.</summary>
/// <param name="Kind">detector or embedder.</param>
/// <param name="Model">A name of the catalogue.</param>
/// <param name="Share">Of the frames or faces, above 0 to 1.</param>
/// <param name="Minutes">Then it ends by itself.</param>
internal sealed record ShadowRequest(string Kind, string Model, double Share = 0.1, int Minutes = 60);
