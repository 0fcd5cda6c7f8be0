using Appliance.Core.Alerts;
using Appliance.Store.Audit;
using Appliance.Store.Database;

namespace Appliance.Store.Evidence;

public sealed partial class EvidenceStore
{
    private const int DestroyAtOnce = 64;

    /// <summary>Nothing destroys it until the hold is released.</summary>
    public Task<Change<EvidenceRecord>> Hold(AlertId alert, string reason, Actor by, CancellationToken cancel = default) => Change(
        alert, "evidence.hold", by,
        record => record.State == EvidenceState.Destroyed ? "it is destroyed" : null,
        session => session.Execute("UPDATE evidence SET hold = ?2 WHERE alert = ?1", alert.Value, reason), reason, cancel);

    /// <summary>Retention counts again.</summary>
    public Task<Change<EvidenceRecord>> Release(AlertId alert, string reason, Actor by, CancellationToken cancel = default) => Change(
        alert, "evidence.release", by,
        record => record.Hold is null ? "it is not held" : null,
        session => session.Execute("UPDATE evidence SET hold = NULL WHERE alert = ?1", alert.Value), reason, cancel);

    /// <summary>
    /// Removes artefacts and manifest for good: first their keys, then the files. Digest, signature and place in the log stay, so
    /// that nobody can say it never was.
    /// </summary>
    public async Task<Change<EvidenceRecord>> Destroy(AlertId alert, string reason, Actor by, CancellationToken cancel = default)
    {
        IReadOnlyList<string> files = [];
        var change = await Change(
            alert, "evidence.destroy", by,
            record => record switch
            {
                { State: EvidenceState.Destroyed } => "it is destroyed already",
                { State: EvidenceState.Pending } => "it is still being recorded",
                { Hold: not null } => "it is under legal hold",
                _ => null,
            },
            session => files = Erase(session, alert.Value, reason), reason, cancel, erase: true).ConfigureAwait(false);
        foreach (var file in change.IsDone ? files : [])
            _folder.Remove(file);
        return change;
    }

    /// <summary>
    /// Destroys what is past its time, then the oldest until the disk budget holds. What is held stays. Returns how many records
    /// went; each batch of them is a line of the audit log.
    /// </summary>
    public async Task<int> Prune(CancellationToken cancel = default)
    {
        var now = _clock.GetUtcNow().ToDb();
        var count = 0;
        while (true)
        {
            var files = await _database.Write(context => PruneSome(context, now, out _), cancel).ConfigureAwait(false);
            foreach (var file in files.Files)
                _folder.Remove(file);
            count += files.Records;
            if (files.Records < DestroyAtOnce)
                return count;
        }
    }

    private (int Records, List<string> Files) PruneSome(WriteContext context, long now, out long total)
    {
        var session = context.Session;
        total = session.Number("SELECT coalesce(sum(bytes), 0) FROM evidence WHERE bytes > 0");
        var over = _options.MaxBytes > 0 ? total - _options.MaxBytes : 0;
        var old = session.All(
            "SELECT alert, bytes FROM evidence WHERE bytes > 0 AND hold IS NULL AND keep_until < ?1 ORDER BY keep_until LIMIT ?2",
            row => (Alert: row.GetString(0), Bytes: row.GetInt64(1), Reason: "its time is over"), now, DestroyAtOnce);
        over -= old.Sum(one => one.Bytes);
        if (over > 0 && old.Count < DestroyAtOnce)
        {
            foreach (var (alert, bytes) in session.All(
                "SELECT alert, bytes FROM evidence WHERE bytes > 0 AND hold IS NULL AND keep_until >= ?1 ORDER BY alert_seq LIMIT ?2",
                row => (row.GetString(0), row.GetInt64(1)), now, DestroyAtOnce - old.Count))
            {
                if (over <= 0)
                    break;
                old.Add((alert, bytes, "the disk budget of evidence is used up"));
                over -= bytes;
            }
        }

        var files = new List<string>();
        foreach (var (alert, _, reason) in old)
        {
            files.AddRange(Erase(session, alert, reason));
            _audit.Append(session, Actor.System, "evidence.destroy", alert, reason);
        }

        context.Erase |= old.Count > 0;
        return (old.Count, files);
    }

    private static List<string> Erase(Session session, string alert, string reason)
    {
        var files = session.All("SELECT path FROM evidence_files WHERE alert = ?1", row => row.GetString(0), alert);
        session.Execute("DELETE FROM evidence_files WHERE alert = ?1", alert);
        session.Execute(
            """
            UPDATE evidence SET state = ?2, reason = ?3, bytes = 0, body = NULL,
            pinning = CASE WHEN EXISTS (SELECT 1 FROM evidence_pins p WHERE p.alert_seq = evidence.alert_seq) THEN 3 ELSE 2 END
            WHERE alert = ?1
            """,
            alert, (int)EvidenceState.Destroyed, reason);
        return files;
    }

    private Task<Change<EvidenceRecord>> Change(
        AlertId alert, string action, Actor by, Func<EvidenceRecord, string?> whyNot, Action<Session> change, string reason,
        CancellationToken cancel, bool erase = false) => _database.Write(
        context =>
        {
            var session = context.Session;
            if (session.First($"SELECT {Columns} FROM evidence WHERE alert = ?1", Read, alert.Value) is not { } record)
                return Store.Change<EvidenceRecord>.NotFound();
            if (whyNot(record) is { } refusal)
                return Store.Change<EvidenceRecord>.Refused(refusal, record);
            change(session);
            _audit.Append(session, by, action, alert.Value, reason);
            context.Erase |= erase;
            return Store.Change<EvidenceRecord>.Done(session.First($"SELECT {Columns} FROM evidence WHERE alert = ?1", Read, alert.Value)!);
        },
        cancel);
}
