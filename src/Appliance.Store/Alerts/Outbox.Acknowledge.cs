using Appliance.Core.Alerts;
using Appliance.Store.Database;

namespace Appliance.Store.Alerts;

public sealed partial class Outbox
{
    private const int MaxReplay = 10_000;

    public bool IsAcknowledged => _consumers.Required.Count > 0;

    public async ValueTask<IReadOnlyList<string>> Acknowledge(
        IReadOnlyCollection<Acknowledgement> acknowledgements, CancellationToken cancel) =>
        await _database.Write(context => Acknowledge(context, acknowledgements), cancel).ConfigureAwait(false);

    public async ValueTask<int> Redeliver(int limit, CancellationToken cancel) =>
        await _database.Write(context => Redeliver(context, limit), cancel).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">No such numbers, or too many.</exception>
    public async ValueTask<ReplayResult> Replay(SeqRange range, CancellationToken cancel)
    {
        if (!range.IsValid || range.Count > MaxReplay)
            throw new ArgumentOutOfRangeException(nameof(range), $"a replay is of 1 to {MaxReplay} alerts, numbers from 1 on");
        return await _database.Write(context => Replay(context, range), cancel).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<ConsumerState>> Consumers(CancellationToken cancel) =>
        await _database.Read(_consumers.All, cancel).ConfigureAwait(false);

    /// <summary>Closes the rows that waited too long, in the transaction of retention; null = there are none.</summary>
    internal AlertGap? GiveUp(WriteContext context, long before, long now)
    {
        if (GiveUp(context.Session, _id, Destination, before, now) is not { } gap)
            return null;

        context.AfterCommit(() => Left((int)gap.Count));
        return gap with { LackedBy = _consumers.GiveUp(context.Session, new(gap.FirstSeq, gap.LastSeq)) };
    }

    /// <summary>The same for any destination, also one that is not configured any more.</summary>
    internal static AlertGap? GiveUp(Session session, long id, string destination, long before, long now)
    {
        const string old = "destination = ?1 AND completed_at IS NULL AND queued_at < ?2";
        var gap = session.First(
            $"SELECT min(seq), max(seq), count(*) FROM outbox WHERE {old} HAVING count(*) > 0",
            row => new AlertGap(destination, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), []), id, before);
        if (gap is not null)
            session.Execute($"UPDATE outbox SET completed_at = ?3 WHERE {old}", id, before, now);
        return gap;
    }

    private static bool HaveAll(List<SeqLedger> owed, long seq) => owed.TrueForAll(ledger => ledger.Contains(seq));

    /// <summary>The destination has it, a required consumer may not.</summary>
    private void Accept(Session session, long row, long now)
    {
        var attempts = session.Number("SELECT attempts FROM outbox WHERE id = ?1", row);
        var pause = Math.Min(
            _options.RedeliverAfter.TotalMilliseconds * Math.Pow(2, Math.Min(attempts, 30)), _options.RedeliverLongest.TotalMilliseconds);
        session.Execute(
            "UPDATE outbox SET accepted_at = ?3, due_at = ?4 WHERE id = ?1 AND destination = ?2 AND completed_at IS NULL",
            row, _id, now, now + (long)pause);
    }

    private IReadOnlyList<string> Acknowledge(WriteContext context, IReadOnlyCollection<Acknowledgement> acknowledgements)
    {
        var (session, now) = (context.Session, _clock.GetUtcNow().ToDb());
        var last = session.Number("SELECT last_seq FROM appliance");
        var refused = new List<string>();
        // Only what a required consumer did not have before can be what a row waited for.
        var news = new List<SeqRange>();
        foreach (var one in acknowledgements)
        {
            if (_consumers.Add(session, one, last, now, _consumers.Required.Contains(one.Consumer) ? news : []) is { } reason)
                refused.Add(reason);
        }

        var owed = news.Count > 0 ? _consumers.Owed(session) : [];
        var done = news.Sum(range => Release(session, owed, range, now));
        context.AfterCommit(() => Left(done));
        return refused;
    }

    /// <summary>Lets go of rows that were sent and that nobody waits for any more.</summary>
    private int Release(Session session, List<SeqLedger> owed, SeqRange range, long now)
    {
        var rows = session.All(
            "SELECT id, seq FROM outbox WHERE seq BETWEEN ?2 AND ?3 AND destination = ?1 AND completed_at IS NULL "
            + "AND (accepted_at IS NOT NULL OR attempts > 0)",
            row => (Id: row.GetInt64(0), Seq: row.GetInt64(1)), _id, range.First, range.Last);
        return rows.Where(row => HaveAll(owed, row.Seq))
            .Sum(row => session.Execute("UPDATE outbox SET completed_at = ?2 WHERE id = ?1", row.Id, now));
    }

    private int Redeliver(WriteContext context, int limit)
    {
        var (session, now) = (context.Session, _clock.GetUtcNow().ToDb());
        // Beyond the longest pause: the clock was set back, or the option was shortened.
        var rows = session.All(
            "SELECT id FROM outbox WHERE destination = ?1 AND completed_at IS NULL AND accepted_at IS NOT NULL "
            + "AND (due_at <= ?2 OR due_at > ?3) ORDER BY due_at LIMIT ?4",
            row => row.GetInt64(0), _id, now, now + (long)_options.RedeliverLongest.TotalMilliseconds, limit);
        rows.Sort();
        foreach (var row in rows)
            MoveToEnd(session, row);
        if (rows.Count > 0)
            context.AfterCommit(() => Came(0));
        return rows.Count;
    }

    private ReplayResult Replay(WriteContext context, SeqRange range)
    {
        var (session, now) = (context.Session, _clock.GetUtcNow().ToDb());
        var last = session.Number("SELECT last_seq FROM appliance");
        var known = new SeqLedger(range.First - 1);
        foreach (var seq in session.All(
            "SELECT seq FROM alerts WHERE seq BETWEEN ?1 AND ?2", row => row.GetInt64(0), range.First, range.Last))
            known.Add(seq);
        var gone = known.Gaps().ToList();
        var end = Math.Min(range.Last, last);
        if (end > known.Highest)
            gone.Add(new(known.Highest + 1, end));

        foreach (var row in session.All(
            "SELECT id FROM outbox WHERE seq BETWEEN ?2 AND ?3 AND destination = ?1 AND completed_at IS NULL AND accepted_at IS NOT NULL ORDER BY seq",
            row => row.GetInt64(0), _id, range.First, range.Last))
            MoveToEnd(session, row);
        var added = session.Execute(
            """
            INSERT INTO outbox (destination, seq, queued_at, attempts) SELECT ?1, seq, ?4, 1 FROM alerts WHERE seq BETWEEN ?2 AND ?3
            AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.seq = alerts.seq AND o.destination = ?1 AND o.completed_at IS NULL)
            ORDER BY seq
            """,
            _id, range.First, range.Last, now);
        context.AfterCommit(() => Came(added));
        return new((int)(Math.Max(0, end - range.First + 1) - gone.Sum(one => one.Count)), gone);
    }

    /// <summary>A new row in the place of one that is to be sent again: its age still counts from the first.</summary>
    private static void MoveToEnd(Session session, long row)
    {
        session.Execute(
            "INSERT INTO outbox (destination, seq, queued_at, attempts) SELECT destination, seq, queued_at, attempts + 1 FROM outbox WHERE id = ?1",
            row);
        session.Execute("DELETE FROM outbox WHERE id = ?1", row);
    }
}
