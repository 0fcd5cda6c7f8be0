using Appliance.Core;
using Appliance.Core.Evidence.Anchoring;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Anchoring;

/// <summary>
/// The companion over HTTPS. Headers are posted once, then their receipts are asked for; what has none for long is posted again, because
/// a companion may have lost its disk.
/// </summary>
internal sealed class HttpsAnchor : AnchorWay, IDisposable
{
    public const string WayName = "https";

    private static readonly TimeSpan s_firstRepost = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_longestRepost = TimeSpan.FromHours(6);
    private static readonly TimeSpan s_firstPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPoll = TimeSpan.FromMinutes(1);

    private readonly CompanionClient _companion;
    private readonly BackOff _reposts = new(s_firstRepost, s_longestRepost);
    private readonly BackOff _polls = new(s_firstPoll, s_longestPoll);
    private long _posted;
    private long _repostFrom;
    private TimeSpan _repostAfter;
    private AnchorException? _fault;

    public HttpsAnchor(CompanionClient companion, IAnchorSource source, TimeProvider clock, ILogger logger)
        : base(WayName, source, clock, logger)
    {
        _companion = companion;
        Begin();
    }

    public void Dispose() => _companion.Dispose();

    protected override async Task<TimeSpan?> Round(CancellationToken stopping)
    {
        _fault = null;
        try
        {
            // Keys first: the companion must know who signs what follows. Post sees to those that come about meanwhile.
            await Try(() => HandOver(AnchorKind.Key, stopping)).ConfigureAwait(false);
            await Try(() => PostBatches(stopping)).ConfigureAwait(false);
            await Try(() => HandOver(AnchorKind.Critical, stopping)).ConfigureAwait(false);
            await Try(() => HandOver(AnchorKind.Watchlist, stopping)).ConfigureAwait(false);
            await Try(() => HandOver(AnchorKind.Update, stopping)).ConfigureAwait(false);
            await Try(() => FetchReceipts(stopping)).ConfigureAwait(false);
        }
        catch (AnchorException)
        {
            _companion.Renew();
            throw;
        }

        if (_fault is not null)
            throw _fault;
        return await HasWaiting(stopping).ConfigureAwait(false) ? _polls.Next() : null;
    }

    /// <summary>An answer that stops one kind does not stop the others; without any answer there is nobody to go on with.</summary>
    private async Task Try(Func<Task> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (AnchorException error) when (error.WasReached)
        {
            _fault ??= error;
        }
    }

    private async Task HandOver(AnchorKind kind, CancellationToken stopping)
    {
        while (await Source.Waiting(kind, Name, PageSize, stopping).ConfigureAwait(false) is { Count: > 0 } page)
        {
            var refused = await Post(page, stopping).ConfigureAwait(false);
            await Source.Sent(Name, page, refused, stopping).ConfigureAwait(false);
        }
    }

    private async Task PostBatches(CancellationToken stopping)
    {
        if (MustStartOver() || Clock.GetElapsedTime(_repostFrom) >= _repostAfter)
            Begin();
        while (await Source.Batches(_posted, PageSize, stopping).ConfigureAwait(false) is { Count: > 0 } page)
        {
            var refused = await Post(page, stopping).ConfigureAwait(false);
            if (refused.Count > 0)
                await Source.Refuse(refused, stopping).ConfigureAwait(false);
            _posted = page[^1].Position;
            _polls.Reset();
        }
    }

    /// <returns>What was refused for good.</returns>
    private async Task<IReadOnlyList<AnchorRefusal>> Post(IReadOnlyList<AnchorElement> page, CancellationToken stopping)
    {
        // A key that signed some of this page is older than the page.
        if (page[0].Kind != AnchorKind.Key)
            await Try(() => HandOver(AnchorKind.Key, stopping)).ConfigureAwait(false);
        var results = await _companion.Post(page, stopping).ConfigureAwait(false);
        CountSent(page.Count);
        var now = Clock.GetUtcNow();
        var refused = page.Zip(results).Where(one => one.Second.IsRefused)
            .Select(one => new AnchorRefusal(one.First.Kind, one.First.Position, one.First.Id, one.Second.Error, one.Second.Detail, now)).ToList();
        Tell(refused);
        return refused;
    }

    /// <summary>From gap to gap: what has its receipt is not asked for again.</summary>
    private async Task FetchReceipts(CancellationToken stopping)
    {
        var after = 0L;
        string? unusable = null;
        while (await Source.Batches(after, 1, stopping).ConfigureAwait(false) is [var missing])
        {
            var page = await _companion.Receipts(Source.Device, missing.Position - 1, stopping).ConfigureAwait(false);
            if (page.Count == 0 || page[^1].Seq < missing.Position)
                break;

            unusable = await Take(page, stopping).ConfigureAwait(false) ?? unusable;
            after = page[^1].Seq;
            _polls.Reset();
            _reposts.Reset();
        }

        if (unusable is not null)
            throw new AnchorException(unusable, wasReached: true);
    }

    private async Task<bool> HasWaiting(CancellationToken stopping) =>
        (await Source.Batches(0, 1, stopping).ConfigureAwait(false)).Count > 0;

    private void Begin() => (_posted, _repostFrom, _repostAfter) = (0, Clock.GetTimestamp(), _reposts.Next());
}
