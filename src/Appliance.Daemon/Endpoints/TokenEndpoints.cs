using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Appliance.Store.Users;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>Bearer tokens for machines, and the sessions that are open.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/tokens").WithTags("Users and tokens").RequireAuthorization(Policies.Admin);
        group.MapGet("", List);
        group.MapPost("", Issue);
        group.MapDelete("/{id}", Revoke);
    }

    /// <summary>All tokens and open sessions, without their secrets.</summary>
    private static async Task<Ok<IReadOnlyList<ApiToken>>> List(ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok(await runtime.Store.Tokens.List(cancel));

    /// <summary>Makes a token for a machine. The secret is in this answer and nowhere else.</summary>
    private static async Task<Results<Created<IssuedToken>, ProblemHttpResult>> Issue(
        NewTokenRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (request.LifetimeDays is < 1 or > 3650)
            return Problems.Invalid("lifetimeDays", "must be between 1 and 3650, or null for no end");

        var lifetime = request.LifetimeDays is { } days ? TimeSpan.FromDays(days) : (TimeSpan?)null;
        var change = await runtime.Store.Tokens.Issue(
            request.Name, request.Role, null, lifetime, isSession: false, Caller.Of(http), cancel);
        return change is { IsDone: true, Value: { } issued }
            ? TypedResults.Created($"/api/v1/tokens/{issued.Token.Id}", issued)
            : Problems.Invalid("name", change.Reason ?? "is not allowed");
    }

    /// <summary>Revokes a token or ends a session, at once.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> Revoke(
        string id, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        var change = await runtime.Store.Tokens.Revoke(id, Caller.Of(http), cancel);
        return change.IsDone ? TypedResults.NoContent() : Problems.From(change, "token", id);
    }
}

/// <param name="Name">What it is for, 1–64 characters.</param>
/// <param name="Role">What it may do.</param>
/// <param name="LifetimeDays">1 to 3650; null = until revoked.</param>
internal sealed record NewTokenRequest(string Name, Role Role, int? LifetimeDays = null);
