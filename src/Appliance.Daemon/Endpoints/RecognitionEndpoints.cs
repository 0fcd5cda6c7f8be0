using Appliance.Core.Recognition;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints;

/// <summary>When a track is a person of the watchlist.</summary>
internal static class RecognitionEndpoints
{
    public static void MapRecognition(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/recognition").WithTags("Rules and thresholds").RequireAuthorization(Policies.Viewer);
        group.MapGet("", Get);
        group.MapPut("", Put).Accepts<RecognitionOptions>("application/json").RequireAuthorization(Policies.Technician);
        group.MapDelete("", Reset).RequireAuthorization(Policies.Technician);
    }

    /// <summary>The thresholds in force.</summary>
    private static Ok<RecognitionOptions> Get(LiveSettings settings, HttpContext http) => Show(settings.Recognition, http);

    /// <summary>Other thresholds, from the next frame on. What is left out is the default.</summary>
    private static async Task<Results<Ok<RecognitionOptions>, ProblemHttpResult>> Put(
        [FromHeader(Name = "If-Match")] string? ifMatch, LiveSettings settings, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;

        var (options, problem) = await Bodies.ReadOptions<RecognitionOptions>(http.Request, cancel);
        if (options is null)
            return problem!;

        var change = await settings.Put(options, version, Caller.Of(http), cancel);
        return change is { IsDone: true, Value: { } setting } ? Show(setting, http) : Problems.From(change, "setting", "recognition");
    }

    /// <summary>Back to what the configuration file says.</summary>
    private static async Task<Results<Ok<RecognitionOptions>, ProblemHttpResult>> Reset(
        [FromHeader(Name = "If-Match")] string? ifMatch, LiveSettings settings, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;

        var change = await settings.ResetRecognition(version, Caller.Of(http), cancel);
        return change is { IsDone: true, Value: { } setting } ? Show(setting, http) : Problems.From(change, "setting", "recognition");
    }

    private static Ok<RecognitionOptions> Show(Setting<RecognitionOptions> setting, HttpContext http)
    {
        Preconditions.SetETag(http, setting.Version);
        return TypedResults.Ok(setting.Value);
    }
}
