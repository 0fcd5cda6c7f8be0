using Appliance.Core.Rules;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Appliance.Daemon.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints;

/// <summary>What becomes an alert, how urgent it is and what it switches.</summary>
internal static class RuleEndpoints
{
    public static void MapRules(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/rules").WithTags("Rules and thresholds").RequireAuthorization(Policies.Viewer);
        group.MapGet("", Get);
        group.MapPut("", Put).Accepts<AlertsOptions>("application/json").RequireAuthorization(Policies.Technician);
        group.MapDelete("", Reset).RequireAuthorization(Policies.Technician);
    }

    /// <summary>The rules in force.</summary>
    private static Ok<AlertsOptions> Get(LiveSettings settings, HttpContext http) => Show(settings.Rules, http);

    /// <summary>Other rules, from the next alert on. What is left out is the default.</summary>
    private static async Task<Results<Ok<AlertsOptions>, ProblemHttpResult>> Put(
        [FromHeader(Name = "If-Match")] string? ifMatch, LiveSettings settings, ApplianceRuntime runtime, HttpContext http,
        CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;

        var (options, problem) = await Bodies.ReadOptions<AlertsOptions>(http.Request, cancel);
        if (options is null)
            return problem!;
        var faults = ApplianceRules.CheckOutputs(options, ApplianceRules.OutputNames(runtime.Options.Outputs), "").ToList();
        if (faults.Count > 0)
            return Problems.Invalid(faults);

        var change = await settings.Put(options, version, Caller.Of(http), cancel);
        return change is { IsDone: true, Value: { } setting } ? Show(setting, http) : Problems.From(change, "setting", "rules");
    }

    /// <summary>Back to what the configuration file says.</summary>
    private static async Task<Results<Ok<AlertsOptions>, ProblemHttpResult>> Reset(
        [FromHeader(Name = "If-Match")] string? ifMatch, LiveSettings settings, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;

        var change = await settings.ResetRules(version, Caller.Of(http), cancel);
        return change is { IsDone: true, Value: { } setting } ? Show(setting, http) : Problems.From(change, "setting", "rules");
    }

    private static Ok<AlertsOptions> Show(Setting<AlertsOptions> setting, HttpContext http)
    {
        Preconditions.SetETag(http, setting.Version);
        return TypedResults.Ok(setting.Value);
    }
}
