using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Appliance.FabricGateway.Intake;
using Appliance.FabricGateway.Store;
using Appliance.Store;

namespace Appliance.FabricGateway.Https;

/// <summary>A box's connection: who is at the other end.</summary>
public sealed record BoxConnection(Speaker Speaker);

/// <summary>What boxes call, over TLS with their certificate.</summary>
public sealed class BoxEndpoints(IntakeDesk desk, GatewayStore store, Receipts receipts, ILogger<BoxEndpoints> logger)
{
    /// <summary>Submissions in one request.</summary>
    public const int MaxItems = 100;

    private const int MaxReceipts = 500;
    private const string Problems = "application/problem+json";

    // Seconds for Retry-After.
    private const string Later = "30";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/batches", context => Take(context, WireJson.Default.BatchesRequest, body => body.Batches, desk.Batches));
        routes.MapPost("/v1/evidence", context => Take(context, WireJson.Default.EvidenceRequest, body => body.Evidence, desk.Evidence));
        routes.MapPost("/v1/keys", context => Take(context, WireJson.Default.KeysRequest, body => body.Keys, desk.Keys));
        routes.MapPost("/v1/watchlists", context => Take(context, WireJson.Default.WatchlistsRequest, body => body.Watchlists, desk.Watchlists));
        routes.MapPost("/v1/updates", context => Take(context, WireJson.Default.UpdatesRequest, body => body.Updates, desk.Updates));
        routes.MapGet("/v1/receipts", (RequestDelegate)GetReceipts);
    }

    private static Speaker SpeakerOf(HttpContext context) => context.Features.Get<BoxConnection>()!.Speaker;

    private static Task Refuse(HttpContext context, int status, string type, string title, string detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new Problem($"urn:watchpost:fabric-gateway:{type}", title, status, detail), WireJson.Default.Problem, Problems);
    }

    private async Task Take<TBody, TItem>(
        HttpContext context, JsonTypeInfo<TBody> form, Func<TBody, IReadOnlyList<TItem>?> itemsOf,
        Func<IReadOnlyList<TItem>, Speaker, CancellationToken, Task<IReadOnlyList<WireResult>>> take)
    {
        IReadOnlyList<TItem>? items;
        try
        {
            var body = await JsonSerializer.DeserializeAsync(context.Request.Body, form, context.RequestAborted).ConfigureAwait(false);
            items = body is null ? null : itemsOf(body);
        }
        catch (JsonException error)
        {
            await Refuse(context, 400, "json", "The body is not of this form", $"at {error.Path}").ConfigureAwait(false);
            return;
        }

        if (items is not { Count: >= 1 and <= MaxItems })
        {
            await Refuse(context, 400, "items", $"Not 1 to {MaxItems} items", $"there are {items?.Count ?? 0}").ConfigureAwait(false);
            return;
        }

        await Guard(context, async () =>
        {
            var results = await take(items, SpeakerOf(context), context.RequestAborted).ConfigureAwait(false);
            await context.Response.WriteAsJsonAsync(new(results), WireJson.Default.ResultsAnswer).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private async Task GetReceipts(HttpContext context)
    {
        var device = context.Request.Query["device"].ToString();
        var text = context.Request.Query["after"].ToString();
        if (!long.TryParse(text.Length == 0 ? "0" : text, NumberStyles.None, CultureInfo.InvariantCulture, out var after))
        {
            await Refuse(context, 400, "after", "Not a batch number", "after must be a whole number").ConfigureAwait(false);
            return;
        }

        if (!SpeakerOf(context).MaySpeakFor(device))
        {
            await Refuse(context, 403, "not-yours", "Not your box", $"this certificate does not speak for {device}").ConfigureAwait(false);
            return;
        }

        await Guard(context, async () =>
        {
            var found = await store.Receipts(device, after, MaxReceipts, context.RequestAborted).ConfigureAwait(false);
            var answer = new ReceiptsAnswer([.. found.Select(receipt => new ReceiptEntry(receipt.Device, receipt.Seq, receipts.Of(receipt)))]);
            await context.Response.WriteAsJsonAsync(answer, WireJson.Default.ReceiptsAnswer).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>What a box should try again is never an answer about its batches.</summary>
    private async Task Guard(HttpContext context, Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (IntakeClosedException error)
        {
            context.Response.Headers.RetryAfter = Later;
            await Refuse(context, error.IsBusy ? 429 : 503, "later", "Come again later", error.Message).ConfigureAwait(false);
        }
        catch (StoreException error)
        {
            context.Response.Headers.RetryAfter = Later;
            await Refuse(context, 503, "store", "The outbox cannot be used", error.Message).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException && !context.Response.HasStarted)
        {
            logger.RequestFailed(error);
            await Refuse(context, 500, "bug", "Something is wrong here", "the log of the companion says what").ConfigureAwait(false);
        }
    }
}
