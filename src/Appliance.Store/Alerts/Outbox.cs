using System.Threading.Channels;
using Appliance.Core.Alerts;
using Appliance.Store.Database;
using Appliance.Store.Keys;

namespace Appliance.Store.Alerts;

/// <summary>The queue of one destination; rows are made by <see cref="AlertLog.Append"/>.</summary>
public sealed partial class Outbox : IAcknowledgedOutbox
{
    private readonly StoreDatabase _database;
    private readonly StoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly AlertRow _row;
    private readonly Consumers _consumers;
    private readonly long _id;

    // A flag rather than a queue: one wake-up stands for any number of rows.
    private readonly Channel<bool> _more = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long _depth;

    internal Outbox(
        StoreDatabase database, KeyRing keys, string destination, long id, long depth, StoreOptions options, TimeProvider clock)
    {
        (_database, Destination, _id, _depth, _options, _clock) = (database, destination, id, depth, options, clock);
        _row = new(keys);
        _consumers = new(id, options.RequiredConsumers.GetValueOrDefault(destination) ?? []);
        if (depth > 0)
            _more.Writer.TryWrite(true);
    }

    public string Destination { get; }

    public long Depth => Interlocked.Read(ref _depth);

    /// <inheritdoc/>
    /// <remarks>Rows that no key opens are passed over; <see cref="StoreHealth.Unreadable"/> counts them.</remarks>
    public async ValueTask<IReadOnlyList<OutboxItem>> Read(long afterRowId, int limit, CancellationToken cancel)
    {
        while (true)
        {
            var after = afterRowId;
            var (items, last, rows) = await _database.Read(session => Read(session, after, limit), cancel).ConfigureAwait(false);
            if (items.Count > 0 || rows < limit)
                return items;
            afterRowId = last;
        }
    }

    public async ValueTask Complete(IReadOnlyCollection<long> rowIds, CancellationToken cancel)
    {
        if (rowIds.Count == 0)
            return;
        await _database.Write(context => Complete(context, rowIds), cancel).ConfigureAwait(false);
    }

    public async ValueTask WaitForMore(CancellationToken cancel) => await _more.Reader.ReadAsync(cancel).ConfigureAwait(false);

    /// <summary>Rows that have not left.</summary>
    internal static long Count(Session session, long destination) => session.Number(
        "SELECT (SELECT count(*) FROM outbox WHERE destination = ?1 AND completed_at IS NULL AND accepted_at IS NULL) "
        + "+ (SELECT count(*) FROM outbox WHERE destination = ?1 AND completed_at IS NULL AND accepted_at IS NOT NULL)",
        destination);

    /// <summary>A row for a new alert, in its transaction.</summary>
    internal void Add(WriteContext context, long seq, long now)
    {
        context.Session.Execute("INSERT INTO outbox (destination, seq, queued_at) VALUES (?1, ?2, ?3)", _id, seq, now);
        context.AfterCommit(() => Came(1));
    }

    private void Left(int rows) => Interlocked.Add(ref _depth, -rows);

    private void Came(int rows)
    {
        Interlocked.Add(ref _depth, rows);
        _more.Writer.TryWrite(true);
    }

    private (List<OutboxItem> Items, long Last, int Rows) Read(Session session, long after, int limit)
    {
        var items = new List<OutboxItem>();
        long last = after;
        var rows = session.All(
            "SELECT outbox.id, outbox.attempts, alerts.seq, alerts.id, alerts.body FROM outbox JOIN alerts ON alerts.seq = outbox.seq "
            + "WHERE destination = ?1 AND completed_at IS NULL AND accepted_at IS NULL AND outbox.id > ?2 ORDER BY outbox.id LIMIT ?3",
            row => (Id: row.GetInt64(0), Attempts: row.GetInt32(1), Seq: row.GetInt64(2), Alert: row.GetString(3), Body: row.GetFieldValue<byte[]>(4)),
            _id, after, limit);
        foreach (var row in rows)
        {
            last = row.Id;
            try
            {
                items.Add(new(row.Id, _row.Open(row.Seq, row.Alert, row.Body), row.Attempts));
            }
            catch (StoreException error) when (error.Fault is StoreFault.KeyMissing or StoreFault.Tampered)
            {
                // It would block all that come after it; the row stays for whoever brings the key back.
            }
        }

        return (items, last, rows.Count);
    }

    private void Complete(WriteContext context, IReadOnlyCollection<long> rowIds)
    {
        var (session, now) = (context.Session, _clock.GetUtcNow().ToDb());
        var owed = _consumers.Owed(session);
        var done = 0;
        foreach (var row in rowIds)
        {
            if (owed.Count == 0 || HaveAll(owed, session.Number("SELECT seq FROM outbox WHERE id = ?1", row)))
            {
                done += session.Execute(
                    "UPDATE outbox SET completed_at = ?3 WHERE id = ?1 AND destination = ?2 AND completed_at IS NULL", row, _id, now);
            }
            else
            {
                Accept(session, row, now);
            }
        }

        context.AfterCommit(() => Left(done));
    }
}
