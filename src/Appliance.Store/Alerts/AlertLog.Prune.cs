using Appliance.Core.Alerts;
using Appliance.Core.Recognition;
using Appliance.Store.Audit;
using Appliance.Store.Database;

namespace Appliance.Store.Alerts;

public sealed partial class AlertLog
{
    private const int PruneRows = 500;

    /// <summary>Removes what is older than the retention of the options allows; recorded in the audit log.</summary>
    /// <param name="say">
    /// The alert that tells of alerts which were given up; stored in the same transaction, so that no crash makes a loss silent.
    /// Null = none is made.
    /// </param>
    /// <param name="cancel">Gives up waiting.</param>
    public async Task<PruneResult> Prune(Func<AlertGap, Alert>? say = null, CancellationToken cancel = default)
    {
        var now = _clock.GetUtcNow();
        var (givenUp, events) = await _database.Write(context => GiveUp(context, now, say), cancel).ConfigureAwait(false);
        var before = (now - _options.AlertRetention).ToDb();
        long removed = 0;
        while (true)
        {
            // In pieces, so that alerts raised meanwhile are stored at once.
            var rows = await _database.Write(context => PruneSome(context.Session, before), cancel).ConfigureAwait(false);
            removed += rows;
            if (rows < PruneRows)
                return new(removed, givenUp, events);
        }
    }

    private (IReadOnlyList<AlertGap> GivenUp, IReadOnlyList<Alert> Events) GiveUp(
        WriteContext context, DateTimeOffset now, Func<AlertGap, Alert>? say)
    {
        var before = (now - _options.OutboxRetention).ToDb();
        AlertGap[] gaps =
        [
            .. _outboxes.Select(outbox => outbox.GiveUp(context, before, now.ToDb())).OfType<AlertGap>(),
            .. Abandoned(context.Session).Select(to => Outbox.GiveUp(context.Session, to.Id, to.Name, before, now.ToDb())).OfType<AlertGap>(),
        ];
        foreach (var gap in gaps)
        {
            _audit.Append(
                context.Session, Actor.System, "outbox.given_up", gap.Destination,
                $"{gap.Count} rows, alerts {gap.FirstSeq}–{gap.LastSeq}{(gap.LackedBy.Count > 0 ? $", not acknowledged by {string.Join(", ", gap.LackedBy)}" : "")}");
        }

        return (gaps, say is null ? [] : [.. gaps.Select(say).Select(alert => alert with { Seq = Insert(context, alert) })]);
    }

    /// <summary>Destinations that rows wait for and that are not configured any more.</summary>
    private IEnumerable<(long Id, string Name)> Abandoned(Session session) => session
        .All("SELECT id, name FROM destinations", row => (Id: row.GetInt64(0), Name: row.GetString(1)))
        .Where(to => _outboxes.All(outbox => outbox.Destination != to.Name));

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
