namespace Appliance.Store.Audit;

/// <summary>
/// Who changed what, append-only and hash-chained: a changed, removed or inserted row is found by <see cref="Verify"/>. The
/// other rooms write their row in the transaction of the change itself; <see cref="Append"/> is for what happens outside the
/// database.
/// </summary>
public sealed class AuditLog
{
    /// <summary>Adds a line; completes when it would survive a power cut.</summary>
    /// <exception cref="StoreException">Disk full, read-only or damaged.</exception>
    public Task Append(Actor by, string action, string target, string summary, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Newest first. <paramref name="cursor"/> = <see cref="Page{T}.Next"/> of the page before.</summary>
    public Task<Page<AuditEntry>> List(AuditFilter filter, string? cursor, int limit, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Walks the whole chain.</summary>
    public Task<AuditVerdict> Verify(CancellationToken cancel = default) => throw new NotImplementedException();
}
