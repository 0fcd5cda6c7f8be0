using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Appliance.Daemon.Watchlist;
using Appliance.Inference;
using Appliance.Store.Watchlist;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Appliance.Daemon.Endpoints;

/// <summary>The watchlist as a whole: search by image, export and import, its version.</summary>
internal static class WatchlistEndpoints
{
    private const int MinPassphrase = 12;
    private const string PassphraseHeader = "Watchpost-Passphrase";
    private const long MaxBundleBytes = 1L << 30;

    public static void MapWatchlist(this IEndpointRouteBuilder routes)
    {
        var options = routes.ServiceProvider.GetRequiredService<ApiOptions>();
        var group = routes.MapGroup("/watchlist").WithTags("Watchlist").RequireAuthorization(Policies.Operator);
        group.MapGet("", Version);
        group.MapPost("/search", Search)
            .WithMetadata(new BinaryBody("image/jpeg", "image/png", "image/webp"))
            .WithMetadata(new RequestSizeLimitAttribute(options.MaxPhotoBytes + (64L << 10)))
            .RequireRateLimiting(RateLimits.Costly);

        var bundles = group.MapGroup("").RequireAuthorization(Policies.Admin);
        bundles.MapPost("/export", Export).Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .RequireRateLimiting(RateLimits.Costly);
        bundles.MapPost("/import", Import).WithMetadata(new BinaryBody("application/octet-stream"))
            .WithMetadata(new RequestSizeLimitAttribute(MaxBundleBytes))
            .RequireRateLimiting(RateLimits.Costly);
    }

    /// <summary>How many persons, and a hash of the whole list that says nothing about who is on it.</summary>
    private static async Task<Ok<WatchlistVersion>> Version(ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok(await runtime.Store.Watchlist.Version(cancel));

    /// <summary>Who is on this photo? Every face with the most alike persons. The photo is not kept; that there was a search is.</summary>
    /// <param name="candidates">Persons per face, 1 to 10; 3 if left out.</param>
    private static async Task<Results<Ok<SearchView>, ProblemHttpResult>> Search(
        int? candidates, ApplianceRuntime runtime, Enrolment enrolment, ApiOptions options, HttpContext http, CancellationToken cancel)
    {
        var (photo, problem) = await Bodies.ReadPhoto(http.Request, options.MaxPhotoBytes, cancel);
        if (photo is null)
            return problem!;

        try
        {
            var (faces, refusal) = await enrolment.Search(photo, candidates ?? 3, cancel);
            if (refusal is not null)
                return Problems.PhotoRefused([refusal]);

            await runtime.Store.Audit.Append(Caller.Of(http), "watchlist.search", "", $"{faces.Count} faces", cancel);
            return TypedResults.Ok(new SearchView([.. faces.Select(FaceView.From)]));
        }
        catch (InferenceException missing)
        {
            return Problems.Unavailable(missing.Message);
        }
    }

    /// <summary>All persons with photos and templates as one encrypted file.</summary>
    private static Results<PushStreamHttpResult, ProblemHttpResult> Export(
        ExportRequest request, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (request.Passphrase.Length < MinPassphrase)
            return Problems.Invalid("passphrase", $"must have at least {MinPassphrase} characters");

        var by = Caller.Of(http);
        AllowSynchronousStreams(http);
        return TypedResults.Stream(
            stream => runtime.Store.Bundles.Export(stream, request.Passphrase, by, cancel),
            "application/octet-stream", "watchlist.bundle");
    }

    /// <summary>Takes such a file in: all or nothing.</summary>
    /// <param name="policy">What to do with persons who are there already: skip, replace or fail.</param>
    /// <param name="passphrase">As given at the export.</param>
    private static async Task<Results<Ok<ImportResult>, ProblemHttpResult>> Import(
        string policy, [FromHeader(Name = PassphraseHeader)] string? passphrase, ApplianceRuntime runtime, HttpContext http,
        CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(passphrase))
            return Problems.Invalid(PassphraseHeader, "must be given");
        if (!Words.TryParse<ImportPolicy>(policy, out var wanted))
            return Problems.Invalid("policy", Words.Allowed<ImportPolicy>());

        AllowSynchronousStreams(http);
        var result = await runtime.Store.Bundles.Import(http.Request.Body, passphrase, wanted!.Value, Caller.Of(http), cancel);
        return result.Conflicts.Count > 0 && wanted == ImportPolicy.Fail
            ? Problems.Conflict($"{result.Conflicts.Count} persons are there already; nothing was imported.")
            : TypedResults.Ok(result);
    }

    // A bundle is written record by record inside a transaction; admins only, one at a time.
    private static void AllowSynchronousStreams(HttpContext http)
    {
        if (http.Features.Get<IHttpBodyControlFeature>() is { } body)
            body.AllowSynchronousIO = true;
    }
}

/// <param name="Passphrase">At least 12 characters; without it the file is worthless.</param>
internal sealed record ExportRequest(string Passphrase);

/// <summary>What a search found.</summary>
/// <param name="Faces">Largest first; empty = no face on the photo.</param>
internal sealed record SearchView(IReadOnlyList<FaceView> Faces);

/// <summary>A face on the photo.</summary>
/// <param name="Box">Where, pixels of the upright photo.</param>
/// <param name="Score">The detector's confidence, 0..1.</param>
/// <param name="Quality">0..1.</param>
/// <param name="Remark">What makes the comparison less sure; null = nothing.</param>
/// <param name="Candidates">Most alike first.</param>
internal sealed record FaceView(BoxView Box, float Score, float Quality, string? Remark, IReadOnlyList<CandidateView> Candidates)
{
    public static FaceView From(FoundFace face) => new(
        new(face.Box.X, face.Box.Y, face.Box.Width, face.Box.Height), face.Score, face.Quality, face.Remark,
        [.. face.Candidates.Select(found => new CandidateView(
            found.Person.Id.Value, found.Person.Name, found.Person.Category, found.Similarity, found.IsMatch))]);
}

/// <summary>A person the face may be.</summary>
/// <param name="Person">Id.</param>
/// <param name="Name">Their name.</param>
/// <param name="Category">Their category.</param>
/// <param name="Similarity">Cosine, −1..1.</param>
/// <param name="IsMatch">Whether it reaches the threshold of an alert.</param>
internal sealed record CandidateView(string Person, string Name, string Category, float Similarity, bool IsMatch);
