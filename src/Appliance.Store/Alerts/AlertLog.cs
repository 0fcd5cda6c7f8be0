using Appliance.Core.Alerts;
using Appliance.Store.Audit;

namespace Appliance.Store.Alerts;

/// <summary>The alerts of this box: durable, numbered without a gap, reviewed by people.</summary>
public sealed class AlertLog : IAlertLog
{
    /// <inheritdoc/>
    /// <exception cref="StoreException">The alert is not durable: disk full, read-only or damaged.</exception>
    public ValueTask<Alert> Append(Alert alert, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The highest number given so far; 0 = none.</summary>
    public long LastSeq => throw new NotImplementedException();

    public Task<StoredAlert?> Find(AlertId id, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Newest (highest seq) first. <paramref name="cursor"/> = <see cref="Page{T}.Next"/> of the page before.</summary>
    public Task<Page<StoredAlert>> List(AlertFilter filter, string? cursor, int limit, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>What people did about it, oldest first.</summary>
    public Task<IReadOnlyList<AlertReview>> Reviews(AlertId id, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>
    /// Acknowledge, confirm, reject or reopen. Refused when the state does not allow it, e.g. when the second verdict comes from
    /// the person who gave the first.
    /// </summary>
    /// <param name="id">The alert.</param>
    /// <param name="ifMatch">Version the caller saw; null = whatever is current.</param>
    /// <param name="action">What is done.</param>
    /// <param name="comment">Up to 2,000 characters; kept encrypted.</param>
    /// <param name="by">Who; the name goes into the history.</param>
    /// <param name="cancel">Gives up waiting; the change may still happen.</param>
    public Task<Change<StoredAlert>> Review(
        AlertId id, int? ifMatch, ReviewAction action, string comment, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Removes what is older than the retention of the options allows; recorded in the audit log.</summary>
    public Task<PruneResult> Prune(CancellationToken cancel = default) => throw new NotImplementedException();
}
