using Appliance.Core.Learning;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Appliance.Learning;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>Learning from verdicts, alone and with other boxes.</summary>
internal static class FederationEndpoints
{
    private const int MaxRounds = 500;

    public static void MapFederation(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/federation").WithTags("Federation").RequireAuthorization(Policies.Viewer);
        group.MapGet("", Get);
        group.MapGet("/rounds", Rounds);
        group.MapGet("/models", Models);
        group.MapGet("/key", Key).RequireAuthorization(Policies.Technician);
        group.MapPost("/join", Join).RequireAuthorization(Policies.Admin);
        group.MapPost("/leave", Leave).RequireAuthorization(Policies.Admin);
        group.MapPost("/models/{head}/rollback", RollBack).RequireAuthorization(Policies.Technician);
    }

    /// <summary>Whether the box is in a federation, what is wrong, and what privacy it has spent.</summary>
    private static async Task<Ok<FederationStatusView>> Get(ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok(FederationStatusView.From(await runtime.Learning.View(cancel), runtime.Options.Federation));

    /// <summary>The latest rounds, newest first: counts, lengths, losses, bytes, hashes.</summary>
    private static async Task<Ok<IReadOnlyList<LearningRound>>> Rounds(int? limit, ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok(await runtime.Store.Learning.Rounds(Math.Clamp(limit ?? 50, 1, MaxRounds), cancel));

    /// <summary>The versions of the trained heads, newest first, without their parameters.</summary>
    private static Ok<IReadOnlyList<LearnedModelView>> Models(ApplianceRuntime runtime) =>
        TypedResults.Ok<IReadOnlyList<LearnedModelView>>([.. runtime.Learning.Models.Models.Select(LearnedModelView.From)]);

    /// <summary>The public key to be registered with the server, as PEM and in OpenSSH's form.</summary>
    private static Ok<NodeKeyView> Key(ApplianceRuntime runtime)
    {
        using var key = runtime.Learning.OpenKey();
        return TypedResults.Ok(new NodeKeyView(key.PublicPem, key.PublicOpenSsh(runtime.Options.Identity.Serial), key.Fingerprint));
    }

    /// <summary>Joins the federation that is configured, now and after every restart.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> Join(ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (!await runtime.Learning.Join(cancel))
            return Problems.Conflict("No server is configured: set Federation.Server.");
        await runtime.Store.Audit.Append(Caller.Of(http), "federation.join", runtime.Options.Federation.Server, "", cancel);
        return TypedResults.NoContent();
    }

    /// <summary>Leaves the federation; answers once the server had time to fetch the last update.</summary>
    private static async Task<NoContent> Leave(ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        await runtime.Learning.Leave(cancel);
        await runtime.Store.Audit.Append(Caller.Of(http), "federation.leave", runtime.Options.Federation.Server, "", cancel);
        return TypedResults.NoContent();
    }

    /// <summary>Back to the model of a head that was live before this one; to none when there was none.</summary>
    private static async Task<Results<Ok<LearnedModelView>, ProblemHttpResult>> RollBack(
        string head, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        var caller = Caller.Of(http);
        if (await runtime.Learning.Models.RollBack(head, $"taken back by {caller.Name}", cancel) is not { } taken)
            return Problems.NotFound("live model of head", head);
        await runtime.Store.Audit.Append(caller, "federation.rollback", taken.Id, head, cancel);
        return TypedResults.Ok(LearnedModelView.From(runtime.Learning.Models.Models.First(model => model.Id == taken.Id)));
    }
}

/// <summary>The box's part in a federation.</summary>
/// <param name="Configured">Whether a server is set.</param>
/// <param name="Server">Which.</param>
/// <param name="Wanted">Whether the box is to be in it.</param>
/// <param name="Phase">off, connecting, online, working or leaving.</param>
/// <param name="Fault">What is wrong now; null = nothing.</param>
/// <param name="NodeId">The server's name for this box.</param>
/// <param name="LastContact">When the server last answered.</param>
/// <param name="BytesSent">Since start.</param>
/// <param name="BytesReceived">Since start.</param>
/// <param name="Epsilon">Privacy spent by own noise; null = no own noise is added and there is no guarantee of its own.</param>
/// <param name="Delta">δ that belongs to it.</param>
/// <param name="TrainingHalts">Times training waited because the pipeline dropped frames.</param>
internal sealed record FederationStatusView(
    bool Configured, string Server, bool Wanted, string Phase, string? Fault, string NodeId, DateTimeOffset? LastContact,
    long BytesSent, long BytesReceived, double? Epsilon, double Delta, long TrainingHalts)
{
    public static FederationStatusView From(FederationView view, FederationOptions options) => new(
        view.Configured, options.Server, view.Wanted, view.Link.Phase.ToString().ToLowerInvariant(), view.Link.Fault,
        // All 64 bits are used; a JSON number would lose some in a browser.
        FormattableString.Invariant($"{view.Link.NodeId}"), view.Link.LastContact, view.Link.BytesSent, view.Link.BytesReceived,
        view.Epsilon, view.Delta, view.Halts);
}

/// <summary>A version of a head.</summary>
internal sealed record LearnedModelView(
    string Id, string Head, string Parent, string Hash, string Origin, ModelState State, DateTimeOffset Since, string Reason,
    IReadOnlyDictionary<string, double> Metrics)
{
    public static LearnedModelView From(LearnedModel model) => new(
        model.Id, model.Head, model.Parent, model.Hash, model.Origin, model.State, model.Since, model.Reason, model.Metrics);
}

/// <summary>The box's public key towards Flower.</summary>
/// <param name="Pem">SubjectPublicKeyInfo.</param>
/// <param name="OpenSsh">As <c>flwr supernode register</c> takes it.</param>
/// <param name="Fingerprint">SHA-256 of the SubjectPublicKeyInfo.</param>
internal sealed record NodeKeyView(string Pem, string OpenSsh, string Fingerprint);
