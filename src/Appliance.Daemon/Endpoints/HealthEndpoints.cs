using Appliance.Daemon.Pipeline;
using Appliance.Delivery.Mqtt;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>For service managers and load balancers; needs no token and tells no secret.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/health").WithTags("Health").AllowAnonymous().DisableRateLimiting();
        group.MapGet("/live", Live);
        group.MapGet("/ready", Ready);
    }

    /// <summary>Whether the process makes progress; 503 when it should be restarted.</summary>
    private static Results<Ok<LiveView>, JsonHttpResult<LiveView>> Live(ApplianceRuntime runtime) => runtime.Health.IsAlive
        ? TypedResults.Ok(new LiveView(true))
        : TypedResults.Json(new LiveView(false), statusCode: StatusCodes.Status503ServiceUnavailable);

    /// <summary>Whether people are recognised; otherwise 503 with every reason.</summary>
    private static Results<Ok<ReadyView>, JsonHttpResult<ReadyView>> Ready(ApplianceRuntime runtime)
    {
        var report = runtime.Health.Report();
        var view = new ReadyView(report.Status, [.. report.Faults.Select(fault => new FaultView(fault.Component, fault.Reason))]);
        return report.Status == HealthStatus.Failed
            ? TypedResults.Json(view, statusCode: StatusCodes.Status503ServiceUnavailable)
            : TypedResults.Ok(view);
    }
}

internal sealed record LiveView(bool Alive);

/// <summary>Whether people are recognised.</summary>
/// <param name="Status">ok, degraded (something is missing, recognition goes on) or failed.</param>
/// <param name="Faults">What is wrong, most serious first.</param>
internal sealed record ReadyView(HealthStatus Status, IReadOnlyList<FaultView> Faults);

/// <summary>A part that does not work, and why.</summary>
internal sealed record FaultView(string Component, string Reason);
