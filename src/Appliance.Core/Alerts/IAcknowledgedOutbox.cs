namespace Appliance.Core.Alerts;

/// <summary>A consumer has these alerts on its own disk.</summary>
public sealed record Acknowledgement(string Consumer, IReadOnlyList<SeqRange> Ranges);

/// <summary>How far a consumer has got.</summary>
/// <param name="Name">As it calls itself.</param>
/// <param name="IsRequired">Whether alerts are kept until it has them.</param>
/// <param name="AcknowledgedThrough">It has every alert up to this number.</param>
/// <param name="LastAcknowledged">Highest number it has.</param>
/// <param name="Behind">Alerts it lacks.</param>
/// <param name="LastSeen">When it last acknowledged, UTC; null = never.</param>
public sealed record ConsumerState(
    string Name, bool IsRequired, long AcknowledgedThrough, long LastAcknowledged, long Behind, DateTimeOffset? LastSeen);

/// <summary>What became of a replay.</summary>
/// <param name="Queued">Alerts that are sent again.</param>
/// <param name="Gone">Numbers that this box does not have (any more, or never gave): nobody will send them.</param>
public sealed record ReplayResult(int Queued, IReadOnlyList<SeqRange> Gone);

/// <summary>
/// An outbox whose rows may also wait for consumers: the broker's word is not the consumer's. With required consumers,
/// <see cref="IOutbox.Complete"/> only notes that the broker has an alert; the row leaves when all of them acknowledged it.
/// </summary>
public interface IAcknowledgedOutbox : IOutbox
{
    /// <summary>Whether rows wait for consumers.</summary>
    bool IsAcknowledged { get; }

    /// <summary>
    /// Notes durably what consumers have and lets go of what all required ones have. Returns why some were refused (a number that
    /// was never given, too many names); empty = none.
    /// </summary>
    ValueTask<IReadOnlyList<string>> Acknowledge(IReadOnlyCollection<Acknowledgement> acknowledgements, CancellationToken cancel);

    /// <summary>Queues alerts again that were not acknowledged in time, at most <paramref name="limit"/>; returns how many.</summary>
    ValueTask<int> Redeliver(int limit, CancellationToken cancel);

    /// <summary>Queues stored alerts again, whoever has them; at most 10,000 numbers.</summary>
    ValueTask<ReplayResult> Replay(SeqRange range, CancellationToken cancel);

    /// <summary>All consumers known, by name.</summary>
    ValueTask<IReadOnlyList<ConsumerState>> Consumers(CancellationToken cancel);
}
