using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Appliance.Delivery.Notifications;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>Webhooks, mails and text messages.</summary>
internal static class NotificationEndpoints
{
    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/notifications").WithTags("Notifications").RequireAuthorization(Policies.Technician);
        group.MapGet("", List);
        group.MapPost("/{name}/test", Test);
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
}

/// <param name="Sent">Whether the other side took it.</param>
/// <param name="Reason">Why not; null = it did.</param>
internal sealed record NotificationTest(bool Sent, string? Reason);
