using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Appliance.Store.Audit;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>Who changed what.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/audit").WithTags("Audit").RequireAuthorization(Policies.Admin);
        group.MapGet("", List);
        group.MapGet("/verification", Verify);
    }

    /// <summary>The audit log, newest first.</summary>
    /// <param name="actor">Only what this user or token did.</param>
    /// <param name="action">Exactly this action, or all that begin with it when it ends with a dot: <c>person.</c>.</param>
    /// <param name="target">Only what was done to this id.</param>
    /// <param name="from">From then on.</param>
    /// <param name="to">Before then.</param>
    /// <param name="cursor"><c>next</c> of the page before.</param>
    /// <param name="limit">Entries per page, up to 200.</param>
    private static async Task<Ok<PageView<AuditEntry>>> List(
        string? actor, string? action, string? target, DateTimeOffset? from, DateTimeOffset? to, string? cursor, int? limit,
        ApplianceRuntime runtime, CancellationToken cancel)
    {
        var filter = new AuditFilter { Actor = actor, Action = action, Target = target, From = from, To = to };
        var page = await runtime.Store.Audit.List(filter, cursor, Paging.Limit(limit), cancel);
        return TypedResults.Ok(page.ToView(entry => entry));
    }

    /// <summary>Walks the hash chain of the whole log and says whether it holds.</summary>
    private static async Task<Ok<AuditVerdict>> Verify(ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok(await runtime.Store.Audit.Verify(cancel));
}
