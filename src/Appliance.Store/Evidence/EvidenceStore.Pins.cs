using Appliance.Core.Alerts;
using Appliance.Store.Database;

namespace Appliance.Store.Evidence;

public sealed partial class EvidenceStore
{
    /// <summary>The oldest evidence that is signed, in a closed batch and not pinned; null = there is none.</summary>
    public Task<EvidenceRecord?> NextToPin(CancellationToken cancel = default) => _database.Read(
        session => session.First(
            $"""
            SELECT {Columns} FROM evidence WHERE pinning = 0 AND batch IS NOT NULL AND batch < ?1 AND state IN (1, 2)
            ORDER BY alert_seq LIMIT 1
            """,
            Read, _log.OpenBatch(session)),
        cancel);

    /// <summary>The oldest evidence that was destroyed here and still lies on the node; null = there is none.</summary>
    public Task<EvidenceRecord?> NextToUnpin(CancellationToken cancel = default) => _database.Read(
        session => session.First($"SELECT {Columns} FROM evidence WHERE pinning = 3 ORDER BY alert_seq LIMIT 1", Read), cancel);

    /// <summary>What of an alert lies on the node.</summary>
    public Task<IReadOnlyList<EvidencePin>> Pins(AlertId alert, CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<EvidencePin>>(
            session => session.All(
                "SELECT p.name, p.cid, p.bytes, p.pinned_at FROM evidence_pins p JOIN evidence e USING (alert_seq) WHERE e.alert = ?1 ORDER BY p.name",
                row => new EvidencePin(row.GetString(0), row.GetString(1), row.GetInt64(2), Time.FromDb(row.GetInt64(3))), alert.Value),
            cancel);

    /// <summary>A file is on the node. Of evidence that was destroyed meanwhile it will be taken back.</summary>
    public Task AddPin(AlertId alert, string name, string cid, long bytes, CancellationToken cancel = default) => _database.Write(
        context =>
        {
            context.Session.Execute(
                "INSERT OR REPLACE INTO evidence_pins SELECT alert_seq, ?2, ?3, ?4, ?5 FROM evidence WHERE alert = ?1",
                alert.Value, name, cid, bytes, _clock.GetUtcNow().ToDb());
            context.Session.Execute("UPDATE evidence SET pinning = 3 WHERE alert = ?1 AND state = 5", alert.Value);
            return 0;
        },
        cancel);

    /// <summary>All that could be pinned is; <paramref name="reason"/> says what could not (empty = nothing).</summary>
    public Task FinishPins(AlertId alert, string reason, CancellationToken cancel = default) => _database.Write(
        context => context.Session.Execute(
            "UPDATE evidence SET pinning = 1, pin_reason = ?2 WHERE alert = ?1 AND pinning = 0 AND state <> 5", alert.Value, reason),
        cancel);

    /// <summary>The node was told to forget all of it.</summary>
    public Task RemovePins(AlertId alert, CancellationToken cancel = default) => _database.Write(
        context =>
        {
            context.Session.Execute("DELETE FROM evidence_pins WHERE alert_seq = (SELECT alert_seq FROM evidence WHERE alert = ?1)", alert.Value);
            return context.Session.Execute("UPDATE evidence SET pinning = 2 WHERE alert = ?1 AND pinning = 3", alert.Value);
        },
        cancel);

    /// <summary>An artefact as it lies on the disk, encrypted; null = there is no such.</summary>
    /// <exception cref="StoreException">The file was removed.</exception>
    public async Task<Stream?> OpenEncrypted(AlertId alert, string name, CancellationToken cancel = default)
    {
        var path = await _database.Read(
            session => session.First("SELECT path FROM evidence_files WHERE alert = ?1 AND name = ?2", row => row.GetString(0), alert.Value, name),
            cancel).ConfigureAwait(false);
        return path is null ? null : OpenFile(path, alert, name);
    }

    private FileStream OpenFile(string path, AlertId alert, string name)
    {
        try
        {
            return new FileStream(_folder.FullPath(path), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StoreException(StoreFault.Tampered, $"{name} of {alert} was removed from the disk", error);
        }
    }
}
