namespace Appliance.Core.Alerts;

/// <summary>A message waiting for one destination.</summary>
/// <param name="RowId">Key of the row.</param>
/// <param name="Alert">What is to be said; the destination renders its own dialect.</param>
/// <param name="Attempts">How often it was tried before.</param>
public sealed record OutboxItem(long RowId, Alert Alert, int Attempts);

/// <summary>
/// The durable queue of one destination, in order of <see cref="Alert.Seq"/>. Rows leave only by
/// <see cref="Complete"/> or by the retention limit.
/// </summary>
public interface IOutbox
{
    /// <summary>Name in configuration and health, e.g. <c>mqtt.native</c>.</summary>
    string Destination { get; }

    /// <summary>The oldest rows after <paramref name="afterRowId"/> that are not completed.</summary>
    ValueTask<IReadOnlyList<OutboxItem>> Read(long afterRowId, int limit, CancellationToken cancel);

    /// <summary>The destination has it (PUBACK, or the consumer's acknowledgement where one is required).</summary>
    ValueTask Complete(IReadOnlyCollection<long> rowIds, CancellationToken cancel);

    /// <summary>Completes when a row may have been added since the last call returned.</summary>
    ValueTask WaitForMore(CancellationToken cancel);

    /// <summary>Rows waiting now.</summary>
    long Depth { get; }
}
