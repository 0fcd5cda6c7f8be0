using Appliance.Capture;
using Appliance.Capture.Cameras;
using Appliance.Capture.Photos;
using Appliance.Core.Cameras;
using Appliance.Daemon.Cameras;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints;

/// <summary>Cameras: configuration, state, a look through them.</summary>
internal static class CameraEndpoints
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static void MapCameras(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/cameras").WithTags("Cameras").RequireAuthorization(Policies.Viewer);
        group.MapGet("", List);
        group.MapGet("/{id}", Get);
        group.MapGet("/{id}/snapshot", Snapshot).Produces(StatusCodes.Status200OK, contentType: "image/jpeg");

        var change = group.MapGroup("").RequireAuthorization(Policies.Technician);
        change.MapPost("", Add).Accepts<CameraOptions>("application/json");
        change.MapPut("/{id}", Update).Accepts<CameraOptions>("application/json");
        change.MapDelete("/{id}", Remove);
        change.MapPost("/{id}/start", Start);
        change.MapPost("/{id}/stop", Stop);
    }

    /// <summary>All cameras with their state.</summary>
    private static async Task<Ok<CameraView[]>> List(CameraRegistry cameras, CancellationToken cancel) =>
        TypedResults.Ok((await cameras.List(cancel)).Select(CameraView.From).ToArray());

    /// <summary>One camera.</summary>
    private static async Task<Results<Ok<CameraView>, ProblemHttpResult>> Get(
        string id, CameraRegistry cameras, HttpContext http, CancellationToken cancel)
    {
        if (await cameras.Find(id, cancel) is not { } camera)
            return Problems.NotFound("camera", id);

        Preconditions.SetETag(http, camera.Version);
        return TypedResults.Ok(CameraView.From(camera));
    }

    /// <summary>Adds a camera; it starts at once unless enabled is false.</summary>
    private static async Task<Results<Created<CameraView>, ProblemHttpResult>> Add(
        CameraRegistry cameras, HttpContext http, CancellationToken cancel)
    {
        var (options, problem) = await Bodies.ReadOptions<CameraOptions>(http.Request, cancel);
        if (options is null)
            return problem!;
        if (ApplianceRules.WhyNoSource(options) is { } source)
            return Problems.Invalid("source", source);

        var change = await cameras.Add(options, Caller.Of(http), cancel);
        if (change.Value is not { } camera || !change.IsDone)
            return Problems.From(change, "camera", options.Id);

        Preconditions.SetETag(http, camera.Version);
        return TypedResults.Created($"/api/v1/cameras/{options.Id}", CameraView.From(camera));
    }

    /// <summary>
    /// Replaces a camera's configuration; it is reopened at once. A password that is left out stays as long as source and user
    /// name stay.
    /// </summary>
    private static async Task<Results<Ok<CameraView>, ProblemHttpResult>> Update(
        string id, [FromHeader(Name = "If-Match")] string? ifMatch, CameraRegistry cameras, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;

        var (options, problem) = await Bodies.ReadOptions<CameraOptions>(http.Request, cancel, filledIn: "id");
        if (options is null)
            return problem!;
        if (options.Id.Length > 0 && options.Id != id)
            return Problems.Invalid("id", "cannot be changed; add a camera of that id instead");
        var wanted = CameraOptionsCopy.WithId(options, id);
        if (ApplianceRules.WhyNoSource(wanted) is { } source)
            return Problems.Invalid("source", source);

        var change = await cameras.Update(wanted, version, Caller.Of(http), cancel);
        if (change.Value is not { } camera || !change.IsDone)
            return Problems.From(change, "camera", id);

        Preconditions.SetETag(http, camera.Version);
        return TypedResults.Ok(CameraView.From(camera));
    }

    /// <summary>Removes a camera. One of the configuration file then runs again as the file says.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        string id, [FromHeader(Name = "If-Match")] string? ifMatch, CameraRegistry cameras, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;

        var change = await cameras.Remove(id, version, Caller.Of(http), cancel);
        return change.IsDone ? TypedResults.NoContent() : Problems.From(change, "camera", id);
    }

    /// <summary>Starts a stopped camera.</summary>
    private static async Task<Results<Ok<CameraView>, ProblemHttpResult>> Start(
        string id, CameraRegistry cameras, HttpContext http, CancellationToken cancel) =>
        await cameras.Run(id, true, Caller.Of(http), cancel) is { } camera
            ? TypedResults.Ok(CameraView.From(camera))
            : Problems.NotFound("camera", id);

    /// <summary>Stops a camera until it is started again or the daemon is.</summary>
    private static async Task<Results<Ok<CameraView>, ProblemHttpResult>> Stop(
        string id, CameraRegistry cameras, HttpContext http, CancellationToken cancel) =>
        await cameras.Run(id, false, Caller.Of(http), cancel) is { } camera
            ? TypedResults.Ok(CameraView.From(camera))
            : Problems.NotFound("camera", id);

    /// <summary>The next picture of the camera as JPEG.</summary>
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Snapshot(
        string id, ApplianceRuntime runtime, CancellationToken cancel)
    {
        if (runtime.Pipeline.Cameras.Find(new CameraId(id)) is not { } camera)
            return Problems.NotFound("camera", id);

        try
        {
            using var frame = await runtime.Pipeline.Snapshots.NextFrame(new CameraId(id), s_patience, runtime.Clock, cancel);
            return TypedResults.File(JpegEncoder.Encode(frame), "image/jpeg");
        }
        catch (TimeoutException)
        {
            return Problems.Unavailable(
                $"The camera gives no picture: {camera.Health.State}{(camera.Health.Reason.Length > 0 ? ", " + camera.Health.Reason : "")}.");
        }
        catch (CaptureException error)
        {
            return Problems.Unavailable(error.Message);
        }
    }
}

/// <summary>A camera with its state; never its password.</summary>
/// <param name="Id">Name in URLs and topics.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Source">Where the pictures come from, without credentials.</param>
/// <param name="Transport">auto, tcp or udp.</param>
/// <param name="Username">User name the camera asks for.</param>
/// <param name="HasPassword">Whether a password is set.</param>
/// <param name="FramesPerSecond">Frames analysed per second.</param>
/// <param name="PreRollSeconds">Encoded video kept for evidence.</param>
/// <param name="Enabled">Whether it is meant to run.</param>
/// <param name="InFile">Whether the configuration file knows it.</param>
/// <param name="Version">The ETag; 0 = as in the file.</param>
/// <param name="State">starting, running, silent, frozen, lost, broken or stopped.</param>
/// <param name="Reason">Why, and what to do; empty while running.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Statistics">Figures since the camera was started.</param>
internal sealed record CameraView(
    string Id, string Name, string Source, CameraTransport Transport, string? Username, bool HasPassword, int FramesPerSecond,
    int PreRollSeconds, bool Enabled, bool InFile, int Version, CameraState State, string Reason, DateTimeOffset Since,
    CameraStatistics Statistics)
{
    public static CameraView From(RegisteredCamera camera)
    {
        var (options, health) = (camera.Status.Options, camera.Status.Health);
        var (source, username, password) = SourceText.Split(options.Source);
        return new(
            options.Id, options.Name.Length > 0 ? options.Name : options.Id, source, options.Transport,
            options.Username ?? username, (options.Password ?? password) is not null, options.FramesPerSecond, options.PreRollSeconds,
            options.Enabled, camera.InFile, camera.Version, health.State, health.Reason, health.Since,
            new(
                health.FramesPerSecond, health.Width, health.Height, health.Codec, health.Decoder, health.Decoded, health.Skipped,
                camera.Status.Dropped, camera.Status.Analyzed, health.DecodeErrors, health.Restarts, camera.Status.Faces,
                camera.Status.Tracks, camera.Status.Alerts, health.LastFrameAt));
    }
}

/// <summary>Figures of a camera.</summary>
/// <param name="FramesPerSecond">Decoded over the last seconds.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Codec">h264, h265, jpeg, raw.</param>
/// <param name="Decoder">What decodes it.</param>
/// <param name="Decoded">Frames decoded.</param>
/// <param name="Skipped">Frames above the analysis rate.</param>
/// <param name="Dropped">Frames lost because inference was busy.</param>
/// <param name="Analyzed">Frames analysed.</param>
/// <param name="DecodeErrors">Broken pieces of bitstream.</param>
/// <param name="Restarts">Times it was reopened after a fault.</param>
/// <param name="Faces">Faces seen, one per frame.</param>
/// <param name="Tracks">People followed right now.</param>
/// <param name="Alerts">Alerts raised.</param>
/// <param name="LastFrameAt">Arrival of the newest frame, UTC.</param>
internal sealed record CameraStatistics(
    double FramesPerSecond, int Width, int Height, string Codec, string Decoder, long Decoded, long Skipped, long Dropped, long Analyzed,
    long DecodeErrors, int Restarts, long Faces, int Tracks, long Alerts, DateTimeOffset? LastFrameAt);
