using Appliance.Core.Alerts;

namespace Appliance.Store.Alerts;

/// <summary>The queue of one destination; rows are made by <see cref="AlertLog.Append"/>.</summary>
public sealed class Outbox : IOutbox
{
    public string Destination => throw new NotImplementedException();

    public long Depth => throw new NotImplementedException();

    public ValueTask<IReadOnlyList<OutboxItem>> Read(long afterRowId, int limit, CancellationToken cancel) =>
        throw new NotImplementedException();

    public ValueTask Complete(IReadOnlyCollection<long> rowIds, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Counts a try that failed; shows as <see cref="OutboxItem.Attempts"/> from then on.</summary>
    public ValueTask CountAttempt(IReadOnlyCollection<long> rowIds, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Queues alerts again that were sent before (numbers inclusive); returns how many.</summary>
    public ValueTask<int> Replay(long firstSeq, long lastSeq, CancellationToken cancel) => throw new NotImplementedException();

    public ValueTask WaitForMore(CancellationToken cancel) => throw new NotImplementedException();
}
