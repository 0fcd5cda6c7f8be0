using System.Globalization;
using Appliance.Store.Database;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Audit;

/// <summary>
/// Who changed what, append-only and hash-chained: a changed, removed or inserted row is found by <see cref="Verify"/>. The
/// other rooms write their row in the transaction of the change itself; <c>Append</c> is for what happens outside the
/// database.
/// </summary>
public sealed class AuditLog
{
    private const int MaxText = 4000;
    private const int VerifyRows = 1000;

    private readonly StoreDatabase _database;
    private readonly TimeProvider _clock;

    internal AuditLog(StoreDatabase database, TimeProvider clock) => (_database, _clock) = (database, clock);

    /// <summary>Adds a line; completes when it would survive a power cut.</summary>
    /// <exception cref="StoreException">Disk full, read-only or damaged.</exception>
    public Task Append(Actor by, string action, string target, string summary, CancellationToken cancel = default) =>
        _database.Write(context => Append(context.Session, by, action, target, summary), cancel);

    /// <summary>Newest first. <paramref name="cursor"/> = <see cref="Page{T}.Next"/> of the page before.</summary>
    public Task<Page<AuditEntry>> List(AuditFilter filter, string? cursor, int limit, CancellationToken cancel = default)
    {
        var before = Cursor.ToNumber(cursor) ?? long.MaxValue;
        var prefix = filter.Action is { } action && action.EndsWith('.') ? action : null;
        return _database.Read(
            session => Cursor.Page(
                session.All(
                    """
                    SELECT seq, at, actor, address, action, target, summary, hash FROM audit
                    WHERE seq < ?1 AND (?2 IS NULL OR actor = ?2) AND (?3 IS NULL OR action = ?3)
                    AND (?4 IS NULL OR substr(action, 1, length(?4)) = ?4) AND (?5 IS NULL OR target = ?5)
                    AND (?6 IS NULL OR at >= ?6) AND (?7 IS NULL OR at < ?7) ORDER BY seq DESC LIMIT ?8
                    """,
                    Entry,
                    before, filter.Actor, prefix is null ? filter.Action : null, prefix, filter.Target,
                    filter.From?.ToDb(), filter.To?.ToDb(), limit + 1),
                limit,
                entry => entry.Seq.ToString(CultureInfo.InvariantCulture)),
            cancel);
    }

    /// <summary>Walks the whole chain.</summary>
    public async Task<AuditVerdict> Verify(CancellationToken cancel = default)
    {
        var head = AuditChain.Start;
        long seq = 0;
        while (true)
        {
            // In pieces: one long read would keep the write-ahead log from being emptied.
            var rows = await _database.Read(
                session => session.All(
                    "SELECT seq, at, actor, address, action, target, summary, hash FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2",
                    row => (Entry: Entry(row), Hash: row.GetFieldValue<byte[]>(7)), seq, VerifyRows),
                cancel).ConfigureAwait(false);
            foreach (var (entry, hash) in rows)
            {
                var expected = AuditChain.Next(
                    head, seq + 1, entry.At.ToDb(), entry.Actor, entry.Address, entry.Action, entry.Target, entry.Summary);
                if (entry.Seq != seq + 1 || !expected.AsSpan().SequenceEqual(hash))
                    return new(seq, entry.Seq, Convert.ToHexStringLower(head));
                (head, seq) = (expected, entry.Seq);
            }

            if (rows.Count < VerifyRows)
                return new(seq, null, Convert.ToHexStringLower(head));
        }
    }

    /// <summary>Adds a line in the transaction of the change it tells of.</summary>
    internal void Append(Session session, Actor by, string action, string target, string summary)
    {
        var (seq, previous) = session.First(
            "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", row => (row.GetInt64(0), row.GetFieldValue<byte[]>(1)));
        var at = _clock.GetUtcNow().ToDb();
        var (actor, address) = (Short(by.Name), Short(by.Address));
        (target, summary) = (Short(target), Short(summary));
        session.Execute(
            "INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            seq + 1, at, actor, address, action, target, summary,
            AuditChain.Next(previous ?? AuditChain.Start, seq + 1, at, actor, address, action, target, summary));
    }

    // Cut where a text from outside is longer than anyone reads; lone surrogates would come back from SQLite as another text.
    private static string Short(string? text)
    {
        text ??= "";
        text = text.Length <= MaxText ? text : text[..MaxText];
        return string.Concat(text.Replace("\0", "").EnumerateRunes());
    }

    private static AuditEntry Entry(SqliteDataReader row) => new(
        row.GetInt64(0), Time.FromDb(row.GetInt64(1)), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5),
        row.GetString(6), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(7)));
}
