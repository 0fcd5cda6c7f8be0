using Appliance.Core.Recognition;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Appliance.Daemon.Watchlist;
using Appliance.Inference;
using Appliance.Store.Watchlist;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints;

/// <summary>The photos that a person is recognised by.</summary>
internal static class PhotoEndpoints
{
    public static void MapPhotos(this IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<ApiOptions>();
        var group = routes.MapGroup("/watchlist/persons/{id}/photos").WithTags("Watchlist").RequireAuthorization(Policies.Operator);
        group.MapGet("", List);
        group.MapPost("", Add)
            .WithMetadata(new BinaryBody("image/jpeg", "image/png", "image/webp"))
            .WithMetadata(new RequestSizeLimitAttribute(options.MaxPhotoBytes + (64L << 10)));
        group.MapGet("/{photo}", Get).Produces(StatusCodes.Status200OK, contentType: "image/jpeg");
        group.MapDelete("/{photo}", Remove);
    }

    /// <summary>The photos of a person, oldest first.</summary>
    private static async Task<Results<Ok<IReadOnlyList<PhotoInfo>>, ProblemHttpResult>> List(
        string id, ApplianceRuntime runtime, CancellationToken cancel) =>
        await runtime.Store.Watchlist.Photos(new PersonId(id), cancel) is { } photos
            ? TypedResults.Ok(photos)
            : Problems.NotFound("person", id);

    /// <summary>
    /// Adds a photo: JPEG, PNG or WebP as the body, or as the one file of a form. One that cannot be used is refused with the
    /// reason: no face, several faces, too small, too blurred, looks like another enrolled person, …
    /// </summary>
    private static async Task<Results<Created<PhotoInfo>, ProblemHttpResult>> Add(
        string id, [FromHeader(Name = "If-Match")] string? ifMatch, ApplianceRuntime runtime, Enrolment enrolment, ApiOptions options,
        HttpContext http, CancellationToken cancel)
    {
        if (runtime.Store.Watchlist.Find(new PersonId(id)) is null)
            return Problems.NotFound("person", id);
        // Adding takes nothing away from anyone, so here If-Match may be left out.
        int? version = null;
        if (ifMatch is not null && Preconditions.Read(ifMatch, out version) is { } stale)
            return stale;
        var (photo, problem) = await Bodies.ReadPhoto(http.Request, options.MaxPhotoBytes, cancel);
        if (photo is null)
            return problem!;

        try
        {
            var verdict = await enrolment.Examine(photo, new PersonId(id), cancel);
            if (verdict.Photo is null)
                return Problems.PhotoRefused(verdict.Refusals);

            var change = await runtime.Store.Watchlist.AddPhoto(new PersonId(id), version, verdict.Photo, Caller.Of(http), cancel);
            return change is { IsDone: true, Value: { } added }
                ? TypedResults.Created($"/api/v1/watchlist/persons/{id}/photos/{added.Id}", added)
                : Problems.From(change, "person", id);
        }
        catch (InferenceException missing)
        {
            return Problems.Unavailable(missing.Message);
        }
    }

    /// <summary>A photo as it was uploaded. 404 also when photos are not kept.</summary>
    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Get(
        string id, string photo, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (await runtime.Store.Watchlist.ReadPhoto(new PersonId(id), photo, cancel) is not { } image)
            return Problems.NotFound("photo", photo);

        await runtime.Store.Audit.Append(Caller.Of(http), "photo.read", id, photo, cancel);
        return TypedResults.File(image.Image, image.ContentType);
    }

    /// <summary>Removes a photo and its templates.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        string id, string photo, [FromHeader(Name = "If-Match")] string? ifMatch,
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (Preconditions.Read(ifMatch, out var version) is { } stale)
            return stale;

        var change = await runtime.Store.Watchlist.RemovePhoto(new PersonId(id), version, photo, Caller.Of(http), cancel);
        return change.IsDone ? TypedResults.NoContent() : Problems.From(change, "photo", photo);
    }
}
