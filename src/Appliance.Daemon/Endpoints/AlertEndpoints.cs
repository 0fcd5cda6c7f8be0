using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Recognition;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Appliance.Store.Alerts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints;

/// <summary>What the site had to know, and what people made of it.</summary>
internal static class AlertEndpoints
{
    private const int MaxComment = 2000;

    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/alerts").WithTags("Alerts").RequireAuthorization(Policies.Viewer);
        group.MapGet("", List);
        group.MapGet("/{id}", Get);
        group.MapGet("/{id}/reviews", Reviews);

        var review = group.MapGroup("/{id}").RequireAuthorization(Policies.Operator);
        review.MapPost("/acknowledge", Acknowledge);
        review.MapPost("/confirm", Confirm);
        review.MapPost("/reject", Reject);
        review.MapPost("/reopen", Reopen);
    }

    /// <summary>Alerts, newest first.</summary>
    /// <param name="camera">Only of this camera.</param>
    /// <param name="kind">
    /// watchlist, unknown_face, spoof, intrusion, loitering, tamper, line_crossing, occupancy, absence, input, geofence, escalation or data_gap.
    /// </param>
    /// <param name="person">Only of this person.</param>
    /// <param name="state">new, acknowledged, pendingSecond, confirmed or rejected.</param>
    /// <param name="minSeverity">info, warning or critical: that urgent or more.</param>
    /// <param name="from">From then on.</param>
    /// <param name="to">Before then.</param>
    /// <param name="cursor"><c>next</c> of the page before.</param>
    /// <param name="limit">Alerts per page, up to 200.</param>
    private static async Task<Results<Ok<PageView<AlertView>>, ProblemHttpResult>> List(
        string? camera, string? kind, string? person, string? state, string? minSeverity,
        DateTimeOffset? from, DateTimeOffset? to, string? cursor, int? limit, ApplianceRuntime runtime, CancellationToken cancel)
    {
        if (kind is not null && !AlertKinds.All.Contains(kind))
            return Problems.Invalid("kind", $"must be one of {string.Join(", ", AlertKinds.All)}");
        if (!Words.TryParse<AlertState>(state, out var inState))
            return Problems.Invalid("state", Words.Allowed<AlertState>());
        if (!Words.TryParse<Severity>(minSeverity, out var severity))
            return Problems.Invalid("minSeverity", Words.Allowed<Severity>());

        var filter = new AlertFilter
        {
            Camera = camera is null ? null : new CameraId(camera),
            Kind = kind,
            Person = person is null ? null : new PersonId(person),
            State = inState,
            MinSeverity = severity,
            From = from,
            To = to,
        };
        var page = await runtime.Store.Alerts.List(filter, cursor, Paging.Limit(limit), cancel);
        return TypedResults.Ok(page.ToView(AlertView.From));
    }

    /// <summary>One alert.</summary>
    private static async Task<Results<Ok<AlertView>, ProblemHttpResult>> Get(
        string id, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (await runtime.Store.Alerts.Find(new AlertId(id), cancel) is not { } alert)
            return Problems.NotFound("alert", id);

        Preconditions.SetETag(http, alert.Version);
        return TypedResults.Ok(AlertView.From(alert));
    }

    /// <summary>What people did about it, oldest first.</summary>
    private static async Task<Results<Ok<IReadOnlyList<AlertReview>>, ProblemHttpResult>> Reviews(
        string id, ApplianceRuntime runtime, CancellationToken cancel) =>
        await runtime.Store.Alerts.Find(new AlertId(id), cancel) is null
            ? Problems.NotFound("alert", id)
            : TypedResults.Ok(await runtime.Store.Alerts.Reviews(new AlertId(id), cancel));

    /// <summary>Somebody takes care of it.</summary>
    private static Task<Results<Ok<AlertView>, ProblemHttpResult>> Acknowledge(
        string id, ReviewRequest request, [FromHeader(Name = "If-Match")] string? ifMatch,
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
        Review(id, ReviewAction.Acknowledge, request, ifMatch, runtime, http, cancel);

    /// <summary>It was that person. With two-person confirmation a second one must agree.</summary>
    private static Task<Results<Ok<AlertView>, ProblemHttpResult>> Confirm(
        string id, ReviewRequest request, [FromHeader(Name = "If-Match")] string? ifMatch,
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
        Review(id, ReviewAction.Confirm, request, ifMatch, runtime, http, cancel);

    /// <summary>It was not. With two-person confirmation a second one must agree.</summary>
    private static Task<Results<Ok<AlertView>, ProblemHttpResult>> Reject(
        string id, ReviewRequest request, [FromHeader(Name = "If-Match")] string? ifMatch,
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
        Review(id, ReviewAction.Reject, request, ifMatch, runtime, http, cancel);

    /// <summary>Takes a verdict back.</summary>
    private static Task<Results<Ok<AlertView>, ProblemHttpResult>> Reopen(
        string id, ReviewRequest request, [FromHeader(Name = "If-Match")] string? ifMatch,
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
        Review(id, ReviewAction.Reopen, request, ifMatch, runtime, http, cancel);

    private static async Task<Results<Ok<AlertView>, ProblemHttpResult>> Review(
        string id, ReviewAction action, ReviewRequest request, string? ifMatch,
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } problem)
            return problem;
        if (request.Comment.Length > MaxComment)
            return Problems.Invalid("comment", $"must not have more than {MaxComment} characters");

        var change = await runtime.Store.Alerts.Review(new AlertId(id), version, action, request.Comment, Caller.Of(http), cancel);
        if (change.Value is not { } alert || !change.IsDone)
            return Problems.From(change, "alert", id);

        runtime.Escalation.Reviewed(alert);
        Preconditions.SetETag(http, alert.Version);
        var view = AlertView.From(alert);
        runtime.Pipeline.Live.Publish(new("review", view));
        return TypedResults.Ok(view);
    }
}

/// <param name="Comment">Up to 2,000 characters.</param>
internal sealed record ReviewRequest(string Comment = "");

/// <summary>An alert with where it stands.</summary>
/// <param name="Id">A ULID: the same in MQTT and REST.</param>
/// <param name="Seq">Number on this box, without gaps.</param>
/// <param name="Kind">
/// watchlist, unknown_face, spoof, intrusion, loitering, tamper, line_crossing, occupancy, absence, input, geofence, escalation or data_gap.
/// </param>
/// <param name="Severity">info, warning or critical.</param>
/// <param name="Camera">Which camera saw it.</param>
/// <param name="Utc">When, UTC.</param>
/// <param name="ClockSynced">Whether the clock was known to be right then; null = unknown.</param>
/// <param name="TrackId">Unique within the run of the daemon and the camera.</param>
/// <param name="Box">The face in that picture, pixels.</param>
/// <param name="FrameWidth">Pixels.</param>
/// <param name="FrameHeight">Pixels.</param>
/// <param name="DetectionScore">The detector's confidence, 0..1.</param>
/// <param name="Match">Who was recognised; null for other kinds.</param>
/// <param name="Detail">Words for kinds without a match.</param>
/// <param name="Zone">Zone or line in which it happened; empty = none.</param>
/// <param name="Rule">The rule that raised it; empty = the category rules.</param>
/// <param name="RefersTo">The alert that nobody acknowledged in time, for escalations; else empty.</param>
/// <param name="Models">Models that took part.</param>
/// <param name="State">new, acknowledged, pendingSecond, confirmed or rejected; null in live events before it was read.</param>
/// <param name="Version">+1 on every review; the ETag.</param>
internal sealed record AlertView(
    string Id, long Seq, string Kind, Severity Severity, string Camera, DateTimeOffset Utc, bool? ClockSynced, long TrackId,
    BoxView? Box, int FrameWidth, int FrameHeight, float DetectionScore, MatchView? Match, string Detail,
    string Zone, string Rule, string RefersTo, IReadOnlyList<string> Models, AlertState State, int Version)
{
    public static AlertView From(StoredAlert stored) => From(stored.Alert, stored.State, stored.Version);

    /// <summary>As it is the moment it was stored.</summary>
    public static AlertView From(Alert alert) => From(alert, AlertState.New, 1);

    private static AlertView From(Alert alert, AlertState state, int version) => new(
        alert.Id.Value, alert.Seq, alert.Kind, alert.Severity, alert.Camera.Value, alert.Utc, alert.ClockSynced, alert.TrackId,
        alert.Box is { } box ? new(box.X, box.Y, box.Width, box.Height) : null, alert.FrameWidth, alert.FrameHeight,
        alert.DetectionScore,
        alert.Match is { } match
            ? new(match.Person.Value, match.Name, match.Category, match.Similarity, match.Margin, match.Threshold, match.Shots)
            : null,
        alert.Detail, alert.Zone, alert.Rule, alert.RefersTo, alert.Models, state, version);
}

/// <summary>A rectangle in pixels, origin top left.</summary>
internal sealed record BoxView(float X, float Y, float Width, float Height);

/// <summary>Who was recognised, and how surely.</summary>
/// <param name="Person">Id of the person.</param>
/// <param name="Name">Their name when the alert was raised.</param>
/// <param name="Category">Their category then.</param>
/// <param name="Similarity">Cosine, −1..1.</param>
/// <param name="Margin">Lead over the second best person.</param>
/// <param name="Threshold">What the similarity had to reach.</param>
/// <param name="Shots">Pictures that were fused.</param>
internal sealed record MatchView(string Person, string Name, string Category, float Similarity, float Margin, float Threshold, int Shots);
