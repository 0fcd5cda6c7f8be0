using System.Globalization;
using Appliance.Core.Alerts;
using Appliance.Store.Database;

namespace Appliance.Store.Alerts;

/// <summary>What each consumer of one destination has, in the database: a ledger each, however many alerts there are.</summary>
internal sealed class Consumers(long destination, IReadOnlyList<string> required)
{
    /// <summary>Names kept per destination: anyone may acknowledge, but not fill the disk.</summary>
    private const int MaxNames = 64;

    /// <summary>Gaps kept per consumer; what is forgotten beyond them is sent and acknowledged again.</summary>
    private const int MaxRanges = 1000;

    internal IReadOnlyList<string> Required => required;

    /// <summary>At start. A consumer that is required from now on owes what waits now and what comes, not the past.</summary>
    internal static void Begin(Session session, long destination, IReadOnlyList<string> required)
    {
        foreach (var name in required)
        {
            session.Execute(
                "INSERT OR IGNORE INTO consumers (destination, name, high, beyond) VALUES (?1, ?2, coalesce("
                + "(SELECT min(seq) - 1 FROM outbox WHERE destination = ?1 AND completed_at IS NULL), "
                + "(SELECT last_seq FROM appliance)), '')",
                destination, name);
        }

        // Nobody is waited for any more.
        if (required.Count == 0)
        {
            session.Execute(
                "UPDATE outbox SET completed_at = accepted_at WHERE destination = ?1 AND completed_at IS NULL AND accepted_at IS NOT NULL",
                destination);
        }
    }

    /// <summary>The ledgers of the required consumers.</summary>
    internal List<SeqLedger> Owed(Session session) => [.. required.Select(name => Load(session, name) ?? new SeqLedger())];

    /// <summary>
    /// Adds to a consumer's ledger, and what of it was new to <paramref name="news"/>. Returns why not; null = done.
    /// </summary>
    internal string? Add(Session session, Acknowledgement acknowledgement, long lastSeq, long now, List<SeqRange> news)
    {
        var name = acknowledgement.Consumer;
        if (acknowledgement.Ranges.FirstOrDefault(range => !range.IsValid || range.Last > lastSeq) is { Last: not 0 } never)
            return $"{name} acknowledges {never}, but the last alert is {lastSeq}";

        var ledger = Load(session, name);
        if (ledger is null && session.Number("SELECT count(*) FROM consumers WHERE destination = ?1", destination) >= MaxNames)
            return $"{name} is one name too many: {MaxNames} consumers are known";

        ledger ??= new(acknowledgement.Ranges.Min(range => range.First) - 1);
        foreach (var range in acknowledgement.Ranges)
        {
            news.AddRange(ledger.Unknown(range));
            ledger.Add(range);
        }

        ledger.Trim(MaxRanges);
        session.Execute(
            "INSERT INTO consumers (destination, name, high, beyond, seen_at) VALUES (?1, ?2, ?3, ?4, ?5) "
            + "ON CONFLICT DO UPDATE SET high = excluded.high, beyond = excluded.beyond, seen_at = excluded.seen_at",
            destination, name, ledger.High, Write(ledger.Beyond), now);
        return null;
    }

    /// <summary>What was given up is not waited for: marks it, and returns the required consumers that lacked some of it.</summary>
    internal IReadOnlyList<string> GiveUp(Session session, SeqRange range)
    {
        List<string>? lacking = null;
        foreach (var name in required)
        {
            var ledger = Load(session, name) ?? new();
            if (ledger.Add(range) == 0)
                continue;

            (lacking ??= []).Add(name);
            session.Execute(
                "UPDATE consumers SET high = ?3, beyond = ?4 WHERE destination = ?1 AND name = ?2",
                destination, name, ledger.High, Write(ledger.Beyond));
        }

        return lacking ?? (IReadOnlyList<string>)[];
    }

    internal IReadOnlyList<ConsumerState> All(Session session)
    {
        var last = session.Number("SELECT last_seq FROM appliance");
        return session.All(
            "SELECT name, high, beyond, seen_at FROM consumers WHERE destination = ?1 ORDER BY name",
            row =>
            {
                var ledger = new SeqLedger(row.GetInt64(1), Read(row.GetString(2)));
                var behind = Math.Max(0, last - ledger.Highest) + ledger.Missing;
                return new ConsumerState(
                    row.GetString(0), required.Contains(row.GetString(0)), ledger.High, ledger.Highest, behind,
                    row.IsDBNull(3) ? null : Time.FromDb(row.GetInt64(3)));
            },
            destination);
    }

    private static string Write(IEnumerable<SeqRange> ranges) => string.Join(
        ',', ranges.Select(range => string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));

    private static IEnumerable<SeqRange> Read(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(range =>
    {
        var parts = range.Split('-');
        return new SeqRange(long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    });

    private SeqLedger? Load(Session session, string name) => session.First(
        "SELECT high, beyond FROM consumers WHERE destination = ?1 AND name = ?2",
        row => new SeqLedger(row.GetInt64(0), Read(row.GetString(1))), destination, name);
}
