using Appliance.Core.Cameras;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Appliance.Daemon.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints;

/// <summary>Zones, lines, schedules and rules: one document with one ETag, and its part for each camera.</summary>
internal static class EngineEndpoints
{
    public static void MapEngine(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/rules/engine").WithTags("Rules and thresholds").RequireAuthorization(Policies.Viewer);
        group.MapGet("", Get);
        group.MapPut("", Put).Accepts<RulesOptions>("application/json").RequireAuthorization(Policies.Technician);
        group.MapDelete("", Reset).RequireAuthorization(Policies.Technician);
        group.MapGet("/cameras/{camera}", GetScene);
        group.MapPut("/cameras/{camera}", PutScene).Accepts<SceneOptions>("application/json").RequireAuthorization(Policies.Technician);
        group.MapGet("/cameras/{camera}/tallies", Tallies);
    }

    /// <summary>The zones, schedules and rules in force.</summary>
    private static Ok<RulesOptions> Get(LiveSettings settings, HttpContext http) => Show(settings.Engine, http);

    /// <summary>Others, from the next frame on. What is left out is the default.</summary>
    private static async Task<Results<Ok<RulesOptions>, ProblemHttpResult>> Put(
        [FromHeader(Name = "If-Match")] string? ifMatch, LiveSettings settings, ApplianceRuntime runtime, HttpContext http,
        CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;

        var (options, problem) = await Bodies.ReadOptions<RulesOptions>(http.Request, cancel);
        if (options is null)
            return problem!;
        if (Check(options, runtime, "") is { Count: > 0 } faults)
            return Problems.Invalid(faults);

        var change = await settings.Put(options, version, Caller.Of(http), cancel);
        return change is { IsDone: true, Value: { } setting } ? Show(setting, http) : Problems.From(change, "setting", "rules");
    }

    /// <summary>Back to what the configuration file says.</summary>
    private static async Task<Results<Ok<RulesOptions>, ProblemHttpResult>> Reset(
        [FromHeader(Name = "If-Match")] string? ifMatch, LiveSettings settings, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;

        var change = await settings.ResetEngine(version, Caller.Of(http), cancel);
        return change is { IsDone: true, Value: { } setting } ? Show(setting, http) : Problems.From(change, "setting", "rules");
    }

    /// <summary>Zones and lines of one camera; the ETag is that of all rules.</summary>
    private static Results<Ok<SceneOptions>, ProblemHttpResult> GetScene(
        string camera, LiveSettings settings, ApplianceRuntime runtime, HttpContext http)
    {
        if (runtime.Pipeline.Cameras.Find(new CameraId(camera)) is null)
            return Problems.NotFound("camera", camera);

        return ShowScene(settings.Engine, camera, http);
    }

    /// <summary>Other zones and lines for one camera, from the next frame on; everything else stays.</summary>
    private static async Task<Results<Ok<SceneOptions>, ProblemHttpResult>> PutScene(
        string camera, [FromHeader(Name = "If-Match")] string? ifMatch, LiveSettings settings, ApplianceRuntime runtime, HttpContext http,
        CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;
        if (runtime.Pipeline.Cameras.Find(new CameraId(camera)) is null)
            return Problems.NotFound("camera", camera);

        var (scene, problem) = await Bodies.ReadOptions<SceneOptions>(http.Request, cancel, filledIn: "camera");
        if (scene is null)
            return problem!;
        if (scene.Camera.Length > 0 && scene.Camera != camera)
            return Problems.Invalid("camera", "is another camera than that of the address");

        var current = settings.Engine;
        var options = With(current.Value, new() { Camera = camera, Zones = scene.Zones, Lines = scene.Lines });
        if (Check(options, runtime, $"cameras[{options.Cameras.Count - 1}].") is { Count: > 0 } faults)
            return Problems.Invalid(faults);

        // What was merged is only right for the version it was merged with.
        var change = await settings.Put(options, version ?? current.Version, Caller.Of(http), cancel);
        return change is { IsDone: true, Value: { } setting }
            ? ShowScene(setting, camera, http)
            : Problems.From(change, "setting", "rules");
    }

    /// <summary>Why each rule fired or not on a camera since the rules were last changed.</summary>
    private static Results<Ok<IReadOnlyList<TallyView>>, ProblemHttpResult> Tallies(string camera, ApplianceRuntime runtime)
    {
        if (runtime.Pipeline.Cameras.Activity(new CameraId(camera)) is not { } activity)
            return Problems.NotFound("camera", camera);

        var set = runtime.Pipeline.Alerts.Policy.Rules;
        var tallies = activity.Rules?.Tallies ?? [];
        IReadOnlyList<TallyView> views = [.. set.Rules
            .Where((_, index) => index < tallies.Count && tallies[index] is not null)
            .Select(rule => TallyView.From(rule, tallies[set.Rules.ToList().IndexOf(rule)]!))];
        return TypedResults.Ok(views);
    }

    private static RulesOptions With(RulesOptions options, SceneOptions scene) => new()
    {
        TimeZone = options.TimeZone,
        Cameras = [.. options.Cameras.Where(other => other.Camera != scene.Camera), scene],
        Schedules = options.Schedules,
        Rules = options.Rules,
        Picture = options.Picture,
        Geofence = options.Geofence,
    };

    /// <summary>All faults by path; those of the part that was sent lose its <paramref name="prefix"/>.</summary>
    private static List<ConfigFault> Check(RulesOptions options, ApplianceRuntime runtime, string prefix)
    {
        var names = new RuleNames(
            [.. runtime.Pipeline.Cameras.All.Select(camera => camera.Options.Id)],
            ApplianceRules.OutputNames(runtime.Options.Outputs),
            [.. runtime.Options.Inputs.Lines.Select(line => line.Id)]);
        return [.. RulesCheck.Faults(options, names).Select(fault =>
        {
            var path = string.Join('.', fault.Path.Split('.').Select(part => char.ToLowerInvariant(part[0]) + part[1..]));
            return new ConfigFault(prefix.Length > 0 && path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : path, fault.Reason);
        })];
    }

    private static Ok<RulesOptions> Show(Setting<RulesOptions> setting, HttpContext http)
    {
        Preconditions.SetETag(http, setting.Version);
        return TypedResults.Ok(setting.Value);
    }

    private static Ok<SceneOptions> ShowScene(Setting<RulesOptions> setting, string camera, HttpContext http)
    {
        Preconditions.SetETag(http, setting.Version);
        return TypedResults.Ok(setting.Value.Cameras.FirstOrDefault(scene => scene.Camera == camera) ?? new() { Camera = camera });
    }
}

/// <summary>What a rule saw on a camera.</summary>
/// <param name="Rule">Which.</param>
/// <param name="Frames">Frames while it counted.</param>
/// <param name="OutOfSchedule">Frames outside its schedule.</param>
/// <param name="Present">Sightings in its places, or crossings of its lines.</param>
/// <param name="OtherPeople">Of those: people who do not count for it.</param>
/// <param name="OtherWay">Crossings in the other direction.</param>
/// <param name="LongestSeconds">Longest time its condition held.</param>
/// <param name="Most">Most faces in one of its places at a time.</param>
/// <param name="Cooled">Times it applied during its cooldown.</param>
/// <param name="Fired">Times it fired.</param>
internal sealed record TallyView(
    string Rule, long Frames, long OutOfSchedule, long Present, long OtherPeople, long OtherWay, double LongestSeconds, int Most,
    long Cooled, long Fired)
{
    public static TallyView From(Rule rule, RuleTally tally) => new(
        rule.Id, tally.Frames, tally.OutOfSchedule, tally.Present, tally.OtherPeople, tally.OtherWay, tally.Longest.TotalSeconds,
        tally.Most, tally.Cooled, tally.Fired);
}
