using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Appliance.Delivery.Notifications;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>Webhooks, mails and text messages.</summary>
internal static class NotificationEndpoints
{
    private const int MostReplayed = 1000;

    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/notifications").WithTags("Notifications").RequireAuthorization(Policies.Technician);
        group.MapGet("", List);
        group.MapPost("/{name}/test", Test);
        group.MapPost("/{name}/replay", Replay);
    }

    /// <summary>How each target does.</summary>
    private static Ok<IReadOnlyList<NotificationStatus>> List(ApplianceRuntime runtime) => TypedResults.Ok(runtime.Notifications.Status);

    /// <summary>Sends a sample at once; answers when the other side took it, or why it did not.</summary>
    private static async Task<Results<Ok<NotificationTest>, ProblemHttpResult>> Test(
        string name, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (await runtime.Notifications.Test(name, cancel) is not { } result)
            return Problems.NotFound("notification target", name);

        await runtime.Store.Audit.Append(Caller.Of(http), "notification.test", name, result.Reason ?? "sent", cancel);
        return TypedResults.Ok(new NotificationTest(result.Sent, result.Reason));
    }

    /// <summary>Queues alerts again that were given up or refused (numbers inclusive, at most 1,000); those that are too old stay so.</summary>
    private static async Task<Results<Ok<ReplayView>, ProblemHttpResult>> Replay(
        string name, ReplayRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (runtime.Notifications.Status.All(target => target.Name != name))
            return Problems.NotFound("notification target", name);
        if (request.First < 1 || request.Last < request.First || request.Last - request.First >= MostReplayed)
            return Problems.Invalid("last", $"must be from first to first + {MostReplayed - 1}");

        var rows = await runtime.Store.Outbox("notify." + name).Replay(request.First, request.Last, cancel);
        await runtime.Store.Audit.Append(Caller.Of(http), "notification.replay", name, $"{rows} alerts, {request.First}–{request.Last}", cancel);
        return TypedResults.Ok(new ReplayView(rows));
    }
}

/// <param name="Sent">Whether the other side took it.</param>
/// <param name="Reason">Why not; null = it did.</param>
internal sealed record NotificationTest(bool Sent, string? Reason);

/// <param name="First">Lowest seq.</param>
/// <param name="Last">Highest seq.</param>
internal sealed record ReplayRequest(long First, long Last);

/// <param name="Queued">Alerts queued again.</param>
internal sealed record ReplayView(int Queued);
