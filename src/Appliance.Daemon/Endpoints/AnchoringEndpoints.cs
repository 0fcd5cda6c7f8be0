using Appliance.Core.Evidence.Anchoring;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;
using Appliance.Delivery.Anchoring;
using Appliance.Store.Evidence.Anchors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>How the evidence log gets to the ledger, and the signed versions of the watchlist.</summary>
internal static class AnchoringEndpoints
{
    private const int MaxRefusals = 200;

    public static void MapAnchoring(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/evidence/anchoring").WithTags("Evidence").RequireAuthorization(Policies.Viewer);
        group.MapGet("", Get);
        group.MapPost("/retry", Retry).RequireAuthorization(Policies.Operator);
        routes.MapGet("/watchlist/versions", Versions).WithTags("Watchlist").RequireAuthorization(Policies.Operator);
    }

    /// <summary>The ways to the companion, what waits for a receipt and what was refused.</summary>
    private static async Task<Ok<AnchoringView>> Get(ApplianceRuntime runtime, CancellationToken cancel)
    {
        var figures = await runtime.Store.Evidence.Figures(cancel);
        var refusals = await runtime.Store.Anchors.Refusals(MaxRefusals, cancel);
        return TypedResults.Ok(new AnchoringView(
            runtime.Anchors.Status, figures.Batches, figures.WithoutReceipt, runtime.Store.Anchors.Refused.Count,
            [.. refusals.Select(one => new RefusalView(one.Kind, one.Id, one.Error, one.Detail, one.At))]));
    }

    /// <summary>Sends again what the companion refused for good, e.g. after the box was entered in the register.</summary>
    private static async Task<Ok<RetryView>> Retry(ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        await runtime.Store.Audit.Append(Caller.Of(http), "evidence.anchor_retry", "", "", cancel);
        return TypedResults.Ok(new RetryView(await runtime.Anchors.Retry(cancel)));
    }

    /// <summary>Signed versions of the watchlist, newest first: hashes only, each naming the one before.</summary>
    /// <param name="before">Only versions below this number.</param>
    /// <param name="limit">Up to 200.</param>
    private static async Task<Ok<WatchlistVersionView[]>> Versions(long? before, int? limit, ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok((await runtime.Store.WatchlistVersions.List(before ?? long.MaxValue, Paging.Limit(limit), cancel))
            .Select(WatchlistVersionView.From).ToArray());
}

/// <param name="Ways">Each way that is switched on.</param>
/// <param name="Batches">Closed batches of the log.</param>
/// <param name="WithoutReceipt">Of these, not confirmed by the ledger.</param>
/// <param name="Refused">Things that the companion refused for good.</param>
/// <param name="Refusals">The oldest of them, up to 200.</param>
internal sealed record AnchoringView(
    IReadOnlyList<AnchorStatus> Ways, long Batches, long WithoutReceipt, long Refused, IReadOnlyList<RefusalView> Refusals);

/// <param name="Kind">batch, critical, key, watchlist or update.</param>
/// <param name="Id">Which.</param>
/// <param name="Error">The companion's word.</param>
/// <param name="Detail">Its sentence.</param>
/// <param name="At">When.</param>
internal sealed record RefusalView(AnchorKind Kind, string Id, string Error, string Detail, DateTimeOffset At);

/// <param name="Again">How many things are sent again.</param>
internal sealed record RetryView(int Again);

/// <param name="Version">From 1, without gaps.</param>
/// <param name="Persons">How many were on the list.</param>
/// <param name="Model">The embedder that was searched with.</param>
/// <param name="Hash">Over ids, digests and model.</param>
/// <param name="PrevHash">Of the version before.</param>
/// <param name="Signer">Address of the key.</param>
/// <param name="Signature">EIP-191 over keccak256 of <c>wlversion-v1|device|list|version|prevHash|hash</c>.</param>
/// <param name="At">When.</param>
internal sealed record WatchlistVersionView(
    long Version, int Persons, string Model, string Hash, string PrevHash, string Signer, string Signature, DateTimeOffset At)
{
    public static WatchlistVersionView From(WatchlistRecord record) => new(
        record.Version, record.Persons, record.Model, record.Hash, record.PrevHash, record.Signer, EvidenceSignature.Format(record.Signature),
        record.At);
}
