using System.Globalization;
using Appliance.Core.Alerts;
using Appliance.Store.Audit;
using Appliance.Store.Database;
using Appliance.Store.Evidence;
using Appliance.Store.Keys;

namespace Appliance.Store.Alerts;

/// <summary>The alerts of this box: durable, numbered without a gap, reviewed by people.</summary>
public sealed partial class AlertLog : IAlertLog
{
    private readonly StoreDatabase _database;
    private readonly AuditLog _audit;
    private readonly StoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly AlertRow _row;
    private readonly AlertNumbers _numbers;
    private readonly IReadOnlyList<Outbox> _outboxes;

    internal AlertLog(
        StoreDatabase database, KeyRing keys, AuditLog audit, AlertNumbers numbers, IReadOnlyList<Outbox> outboxes,
        StoreOptions options, TimeProvider clock)
    {
        (_database, _audit, _numbers, _outboxes, _options, _clock) = (database, audit, numbers, outboxes, options, clock);
        _row = new(keys);
    }

    /// <summary>The highest number given so far; 0 = none.</summary>
    public long LastSeq => _numbers.Committed;

    /// <inheritdoc/>
    /// <exception cref="StoreException">The alert is not durable: disk full, read-only or damaged.</exception>
    public async ValueTask<Alert> Append(Alert alert, CancellationToken cancel)
    {
        var seq = await _database.Write(context => Insert(context, alert), cancel).ConfigureAwait(false);
        return alert with { Seq = seq };
    }

    /// <summary>Alerts that nobody has reviewed yet.</summary>
    public Task<long> CountOpen(CancellationToken cancel = default) =>
        _database.Read(session => session.Number("SELECT count(*) FROM alerts WHERE state = 0"), cancel);

    public Task<StoredAlert?> Find(AlertId id, CancellationToken cancel = default) =>
        _database.Read(session => Find(session, id), cancel);

    /// <summary>Newest (highest seq) first. <paramref name="cursor"/> = <see cref="Page{T}.Next"/> of the page before.</summary>
    public Task<Page<StoredAlert>> List(AlertFilter filter, string? cursor, int limit, CancellationToken cancel = default)
    {
        var query = new AlertQuery(filter, Cursor.ToNumber(cursor), limit + 1);
        return _database.Read(
            session => Cursor.Page(
                session.All(query.Sql, _row.Read, query.Arguments), limit,
                alert => alert.Alert.Seq.ToString(CultureInfo.InvariantCulture)),
            cancel);
    }

    /// <summary>What people did about it, oldest first.</summary>
    public Task<IReadOnlyList<AlertReview>> Reviews(AlertId id, CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<AlertReview>>(session => Reviews(session, id), cancel);

    private long Insert(WriteContext context, Alert alert)
    {
        var session = context.Session;
        if (session.Number("SELECT seq FROM alerts WHERE id = ?1", alert.Id.Value) is > 0 and var known)
            return known;

        var seq = _numbers.Next(context);
        var now = _clock.GetUtcNow().ToDb();
        session.Execute(
            "INSERT INTO alerts (seq, id, utc, stored_at, kind, severity, camera, person_id, state, version, body) "
            + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 1, ?9)",
            seq, alert.Id.Value, alert.Utc.ToDb(), now, alert.Kind, (int)alert.Severity, alert.Camera.Value,
            alert.Match?.Person.Value, _row.Seal(alert with { Seq = seq }));
        EvidenceStore.Begin(session, alert, seq, _options.Evidence.Enabled);
        foreach (var outbox in _outboxes)
            outbox.Add(context, seq, now);
        return seq;
    }

    private StoredAlert? Find(Session session, AlertId id) =>
        session.First($"SELECT {AlertRow.Columns} FROM alerts WHERE id = ?1", _row.Read, id.Value);

    private List<AlertReview> Reviews(Session session, AlertId id) => session.All(
        "SELECT at, action, result, alert_reviews.body FROM alert_reviews JOIN alerts USING (seq) WHERE alerts.id = ?1 "
        + "ORDER BY alert_reviews.id",
        row => _row.ReadReview(row, id.Value), id.Value);
}
