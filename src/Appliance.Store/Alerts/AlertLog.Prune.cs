using Appliance.Core.Recognition;
using Appliance.Store.Audit;
using Appliance.Store.Database;

namespace Appliance.Store.Alerts;

public sealed partial class AlertLog
{
    private const int PruneRows = 500;

    /// <summary>Removes what is older than the retention of the options allows; recorded in the audit log.</summary>
    public async Task<PruneResult> Prune(CancellationToken cancel = default)
    {
        var now = _clock.GetUtcNow();
        var givenUp = await _database.Write(context => GiveUp(context, now), cancel).ConfigureAwait(false);
        var before = (now - _options.AlertRetention).ToDb();
        long removed = 0;
        while (true)
        {
            // In pieces, so that alerts raised meanwhile are stored at once.
            var rows = await _database.Write(context => PruneSome(context.Session, before), cancel).ConfigureAwait(false);
            removed += rows;
            if (rows < PruneRows)
                return new(removed, givenUp);
        }
    }

    private List<GivenUp> GiveUp(WriteContext context, DateTimeOffset now)
    {
        var before = (now - _options.OutboxRetention).ToDb();
        var all = context.Session.All(
            "SELECT name, min(seq), max(seq), count(*) FROM outbox JOIN destinations ON destinations.id = destination "
            + "WHERE completed_at IS NULL AND queued_at < ?1 GROUP BY name",
            row => new GivenUp(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), before);
        if (all.Count == 0)
            return all;

        context.Session.Execute(
            "UPDATE outbox SET completed_at = ?2 WHERE completed_at IS NULL AND queued_at < ?1", before, now.ToDb());
        foreach (var one in all)
        {
            _audit.Append(
                context.Session, Actor.System, "outbox.given_up", one.Destination, $"{one.Count} rows, alerts {one.FirstSeq}–{one.LastSeq}");
            if (_outboxes.FirstOrDefault(outbox => outbox.Destination == one.Destination) is { } outbox)
                context.AfterCommit(() => outbox.Left((int)one.Count));
        }

        return all;
    }

    private int PruneSome(Session session, long before)
    {
        var old = session.All(
            "SELECT seq FROM alerts WHERE stored_at < ?1 AND NOT EXISTS "
            + "(SELECT 1 FROM outbox WHERE outbox.seq = alerts.seq AND completed_at IS NULL) AND NOT EXISTS "
            + "(SELECT 1 FROM evidence WHERE alert_seq = alerts.seq AND (bytes > 0 OR hold IS NOT NULL)) ORDER BY stored_at LIMIT ?2",
            row => row.GetInt64(0), before, PruneRows);
        if (old.Count == 0)
            return 0;

        foreach (var seq in old)
        {
            session.Execute("DELETE FROM outbox WHERE seq = ?1", seq);
            session.Execute("DELETE FROM evidence WHERE alert_seq = ?1", seq);
            session.Execute("DELETE FROM alerts WHERE seq = ?1", seq);
        }

        _audit.Append(session, Actor.System, "alert.prune", "", $"{old.Count} alerts, numbers {old.Min()}–{old.Max()}");
        return old.Count;
    }

    /// <summary>Blanks the name of a removed person in the alerts kept so far; returns how many.</summary>
    internal int Forget(Session session, PersonId person)
    {
        var alerts = session.All($"SELECT {AlertRow.Columns} FROM alerts WHERE person_id = ?1", _row.Read, person.Value);
        foreach (var (alert, _, _) in alerts.Where(alert => alert.Alert.Match is not null))
        {
            var blank = alert with { Match = alert.Match! with { Name = "" } };
            session.Execute("UPDATE alerts SET body = ?2 WHERE seq = ?1", alert.Seq, _row.Seal(blank));
        }

        return alerts.Count;
    }
}
