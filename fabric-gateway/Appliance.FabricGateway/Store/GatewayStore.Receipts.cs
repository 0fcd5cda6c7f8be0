using System.Data.Common;
using Appliance.Store.Database;

namespace Appliance.FabricGateway.Store;

/// <summary>A box to be told over MQTT what became of a batch.</summary>
/// <param name="Id">Row.</param>
/// <param name="Receipt">Its place; null: it is parked.</param>
/// <param name="Device">Serial.</param>
/// <param name="Seq">Batch.</param>
/// <param name="Reason">Why it is parked.</param>
/// <param name="Asked">Which of the box's questions this answers.</param>
public sealed record News(long Id, BatchReceipt? Receipt, string Device, long Seq, string? Reason, long Asked);

/// <content>What boxes are told.</content>
public sealed partial class GatewayStore
{
    private const string ReceiptColumns = "id, device, seq, content, transaction_id, block, committed_at";

    /// <summary>Committed batches of a box after a number, ascending.</summary>
    public Task<List<BatchReceipt>> Receipts(string device, long after, int count, CancellationToken cancel) => Read(
        session => session.All(
            $"SELECT {ReceiptColumns} FROM items WHERE kind = 1 AND state = 2 AND device = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
            ReadReceipt, device, after, count),
        cancel);

    /// <summary>
    /// What boxes wait to hear over MQTT, oldest first. Of what is parked only what no operator can mend: a missing registration is no
    /// reason for a box to give its batch up.
    /// </summary>
    public Task<List<News>> NewsAfter(long id, int count, CancellationToken cancel) => Read(
        session => session.All(
            $"""
            SELECT {ReceiptColumns}, state, reason, notified FROM items
            WHERE notified < 1 AND id > ?1
              AND (state = 2 OR (state = 3 AND (reason LIKE 'EQUIVOCATION%' OR reason LIKE 'MALFORMED%')))
            ORDER BY id LIMIT ?2
            """,
            row => (ItemState)row.GetInt32(7) == ItemState.Committed
                ? new News(row.GetInt64(0), ReadReceipt(row), row.GetString(1), row.GetInt64(2), null, row.GetInt64(9))
                : new News(row.GetInt64(0), null, row.GetString(1), row.GetInt64(2), row.IsDBNull(8) ? "" : row.GetString(8), row.GetInt64(9)),
            id, count),
        cancel);

    /// <summary>The broker took our word for these. One that the box asked about again meanwhile waits still.</summary>
    public Task Told(IReadOnlyList<News> said, CancellationToken cancel) => Write(
        context =>
        {
            foreach (var news in said)
                context.Session.Execute("UPDATE items SET notified = 1 WHERE id = ?1 AND notified = ?2", news.Id, news.Asked);
            return true;
        },
        cancel);

    /// <summary>Forgets what was committed before a time, a chunk at a time; returns how many items left.</summary>
    public Task<int> Prune(DateTimeOffset before, int count, CancellationToken cancel) => Write(
        context =>
        {
            var gone = context.Session.Execute(
                "DELETE FROM items WHERE id IN (SELECT id FROM items WHERE state = 2 AND committed_at < ?1 AND notified = 1 LIMIT ?2)",
                before.ToUnixTimeMilliseconds(), count);
            context.Session.Execute(
                """
                DELETE FROM transactions WHERE id IN (
                  SELECT t.id FROM transactions t WHERE t.state >= 3 AND t.ended_at < ?1 AND NOT EXISTS (SELECT 1 FROM items i WHERE i.tx = t.id) LIMIT ?2)
                """,
                before.ToUnixTimeMilliseconds(), count);
            return gone;
        },
        cancel);

    /// <summary>What waits and what went wrong, for health and the command line.</summary>
    public async Task<StoreFigures> Figures(CancellationToken cancel)
    {
        var figures = await Read(session => ReadFigures(session, Now()), cancel).ConfigureAwait(false);
        Interlocked.Exchange(ref _waiting, figures.Pending + figures.Carried);
        return figures;
    }

    internal static StoreFigures ReadFigures(Session session, long now) => new(
        session.Number("SELECT COUNT(*) FROM items WHERE state = 0"),
        session.Number("SELECT COUNT(*) FROM items WHERE state = 1"),
        session.Number("SELECT COUNT(*) FROM items WHERE state = 3"),
        session.Number("SELECT COUNT(*) FROM transactions WHERE state < 3"),
        session.Number("SELECT COALESCE(MIN(received_at), 0) FROM items WHERE state = 0"),
        session.Number("SELECT COUNT(*) FROM equivocations"),
        session.Number("SELECT COUNT(*) FROM equivocations WHERE received_at > ?1", now - (long)TimeSpan.FromDays(7).TotalMilliseconds),
        session.Number("SELECT COUNT(DISTINCT device) FROM device_keys"));

    private static BatchReceipt ReadReceipt(DbDataReader row)
    {
        var content = row.GetString(3);
        return new(
            row.GetInt64(0), row.GetString(1), row.GetInt64(2), content[(content.LastIndexOf('|') + 1)..],
            new(row.GetString(4), row.IsDBNull(5) ? null : row.GetInt64(5), row.GetInt64(6)));
    }
}

/// <summary>The outbox in numbers.</summary>
/// <param name="Pending">Wait for a transaction.</param>
/// <param name="Carried">In a transaction whose fate is not known.</param>
/// <param name="Parked">Refused for good.</param>
/// <param name="OpenTransactions">Endorsed or submitted.</param>
/// <param name="OldestPendingAt">Unix milliseconds; 0 = nothing waits.</param>
/// <param name="Equivocations">Ever seen.</param>
/// <param name="RecentEquivocations">Of the last seven days.</param>
/// <param name="Devices">Registered boxes.</param>
public sealed record StoreFigures(
    long Pending, long Carried, long Parked, long OpenTransactions, long OldestPendingAt, long Equivocations, long RecentEquivocations, long Devices);
