namespace Appliance.Core.Evidence.Anchoring;

/// <summary>What the companion takes. Numbers are stored: never change them.</summary>
public enum AnchorKind
{
    /// <summary>A signed header of the evidence log. Done when its receipt is there.</summary>
    Batch = 0,

    /// <summary>The signed digest of a critical alert's manifest.</summary>
    Critical = 1,

    /// <summary>A change of the evidence key.</summary>
    Key = 2,

    /// <summary>A version of the watchlist.</summary>
    Watchlist = 3,

    /// <summary>An update for a federation.</summary>
    Update = 4,
}

/// <summary>One thing for the companion.</summary>
/// <param name="Kind">What.</param>
/// <param name="Position">Grows with each of its kind; of a batch its number.</param>
/// <param name="Id">For people and in refusals: batch number, digest, …</param>
/// <param name="Json">As it goes over the wire.</param>
public sealed record AnchorElement(AnchorKind Kind, long Position, string Id, byte[] Json);

/// <summary>A thing that the companion refused for good.</summary>
/// <param name="Kind">What.</param>
/// <param name="Position">Which.</param>
/// <param name="Id">For people.</param>
/// <param name="Error">The companion's word, e.g. <c>EQUIVOCATION</c>.</param>
/// <param name="Detail">Its sentence.</param>
/// <param name="At">When.</param>
public sealed record AnchorRefusal(AnchorKind Kind, long Position, string Id, string Error, string Detail, DateTimeOffset At);

/// <summary>
/// What waits for the companion, read from where it happened: nothing is queued a second time, so nothing can be forgotten by a crash.
/// Each way to the companion has a place of its own in each kind but batches, which wait for their receipt whoever brings it.
/// </summary>
public interface IAnchorSource
{
    /// <summary>Serial number of the box.</summary>
    string Device { get; }

    /// <summary>Raised when there may be more; handlers must not block.</summary>
    event Action? Added;

    /// <summary>Closed batches after <paramref name="after"/> without receipt that were not refused, in order.</summary>
    Task<IReadOnlyList<AnchorElement>> Batches(long after, int limit, CancellationToken cancel);

    /// <summary>Things of a kind that were not sent this way yet, in order.</summary>
    Task<IReadOnlyList<AnchorElement>> Waiting(AnchorKind kind, string way, int limit, CancellationToken cancel);

    /// <summary>
    /// The companion (or the broker on the way to it) has what <see cref="Waiting"/> gave, but for what of it was refused for good. If
    /// <see cref="Retry"/> made something before it wait again meanwhile, it waits as well.
    /// </summary>
    Task Sent(string way, IReadOnlyList<AnchorElement> page, IReadOnlyList<AnchorRefusal> refused, CancellationToken cancel);

    /// <summary>Keeps what the companion refused for good; it is not sent again until <see cref="Retry"/>.</summary>
    Task Refuse(IReadOnlyList<AnchorRefusal> refusals, CancellationToken cancel);

    /// <summary>Takes receipts. Each answer: null = stored (or there already), else why not.</summary>
    Task<IReadOnlyList<string?>> AddReceipts(IReadOnlyList<(long Seq, byte[] Receipt)> receipts, CancellationToken cancel);

    /// <summary>What was refused waits again; null = all, else only what was refused with one of these words before <paramref name="before"/>.</summary>
    /// <returns>How many.</returns>
    Task<int> Retry(IReadOnlyCollection<string>? errors, DateTimeOffset before, CancellationToken cancel);
}
