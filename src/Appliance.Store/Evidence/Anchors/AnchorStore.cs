using System.Globalization;
using System.Text;
using System.Text.Json;
using Appliance.Core.Evidence;
using Appliance.Core.Evidence.Anchoring;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;
using Appliance.Store.Audit;
using Appliance.Store.Database;
using Appliance.Store.Evidence.Log;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Evidence.Anchors;

/// <summary>What of the evidence goes to the companion, and what came back.</summary>
public sealed class AnchorStore : IAnchorSource
{
    private const int MaxWord = 64;
    private const int MaxDetail = 500;

    private readonly StoreDatabase _database;
    private readonly EvidenceStore _evidence;
    private readonly MerkleLog _log;
    private readonly AuditLog _audit;
    private readonly TimeProvider _clock;

    internal AnchorStore(
        StoreDatabase database, EvidenceStore evidence, MerkleLog log, WatchlistVersions watchlist, AuditLog audit, string device, TimeProvider clock)
    {
        (_database, _evidence, _log, _audit, _clock, Device) = (database, evidence, log, audit, clock, device);
        evidence.BatchClosed += _ => Added?.Invoke();
        evidence.Grown += () => Added?.Invoke();
        watchlist.Added += () => Added?.Invoke();
    }

    public event Action? Added;

    public string Device { get; }

    /// <summary>What the companion refused for good: how many things, and the first of them.</summary>
    public (long Count, AnchorRefusal? First) Refused { get; private set; }

    public Task<IReadOnlyList<AnchorElement>> Batches(long after, int limit, CancellationToken cancel) =>
        _database.Read<IReadOnlyList<AnchorElement>>(
            session => [.. _log.Unanchored(session, after, limit).Select(batch => new AnchorElement(
                AnchorKind.Batch, batch.Header.Seq, string.Create(CultureInfo.InvariantCulture, $"batch {batch.Header.Seq}"),
                AnchorJson.Batch(batch.Header, batch.Signer, batch.Signature, batch.ClosedAt)))],
            cancel);

    public Task<IReadOnlyList<AnchorElement>> Waiting(AnchorKind kind, string way, int limit, CancellationToken cancel) =>
        _database.Read(session => Waiting(session, kind, way, limit), cancel);

    public Task Sent(string way, IReadOnlyList<AnchorElement> page, IReadOnlyList<AnchorRefusal> refused, CancellationToken cancel) => _database.Write(
        context =>
        {
            var kind = page[0].Kind;
            if (Waiting(context.Session, kind, way, 1) is not [var next] || next.Position >= page[0].Position)
            {
                context.Session.Execute(
                    "INSERT INTO anchor_cursors VALUES (?1, ?2, ?3) ON CONFLICT (way, kind) DO UPDATE SET position = max(position, ?3)",
                    way, (int)kind, page[^1].Position);
            }

            // In the same step: a retry between the two would be undone.
            if (refused.Count > 0)
                Refuse(context, refused);
        },
        cancel);

    public Task Refuse(IReadOnlyList<AnchorRefusal> refusals, CancellationToken cancel) =>
        _database.Write(context => Refuse(context, refusals), cancel);

    public async Task<IReadOnlyList<string?>> AddReceipts(IReadOnlyList<(long Seq, byte[] Receipt)> receipts, CancellationToken cancel) =>
        await _database.Write(
            context =>
            {
                IReadOnlyList<string?> answers = [.. receipts.Select(one => AddReceipt(context.Session, one.Seq, one.Receipt))];
                CountRefused(context);
                return answers;
            },
            cancel).ConfigureAwait(false);

    public Task<int> Retry(IReadOnlyCollection<string>? errors, DateTimeOffset before, CancellationToken cancel) => _database.Write(
        context =>
        {
            var session = context.Session;
            var again = session.All("SELECT kind, position, item, error, detail, at FROM anchor_refusals ORDER BY kind, position", ReadRefusal)
                .Where(refusal => errors is null || (errors.Contains(refusal.Error) && refusal.At < before)).ToList();
            foreach (var refusal in again)
            {
                session.Execute("DELETE FROM anchor_refusals WHERE kind = ?1 AND position = ?2", (int)refusal.Kind, refusal.Position);
                // What was sent behind it goes a second time: the companion says «exists».
                session.Execute(
                    "UPDATE anchor_cursors SET position = ?2 WHERE kind = ?1 AND position >= ?2 + 1", (int)refusal.Kind, refusal.Position - 1);
            }

            CountRefused(context);
            if (again.Count > 0)
                context.AfterCommit(() => Added?.Invoke());
            return again.Count;
        },
        cancel);

    /// <summary>What the companion refused for good, oldest first.</summary>
    public Task<IReadOnlyList<AnchorRefusal>> Refusals(int limit, CancellationToken cancel = default) => _database.Read<IReadOnlyList<AnchorRefusal>>(
        session => session.All(
            "SELECT kind, position, item, error, detail, at FROM anchor_refusals ORDER BY at, kind, position LIMIT ?1", ReadRefusal, limit),
        cancel);

    /// <summary>Once, before anybody asks.</summary>
    internal Task Load(CancellationToken cancel) => _database.Write(CountRefused, cancel);

    private IReadOnlyList<AnchorElement> Waiting(Session session, AnchorKind kind, string way, int limit)
    {
        var after = session.Number("SELECT position FROM anchor_cursors WHERE way = ?1 AND kind = ?2", way, (int)kind);
        return kind switch
        {
            AnchorKind.Critical => Critical(session, after, limit),
            AnchorKind.Key => Keys(session, after, limit),
            AnchorKind.Watchlist => WatchlistVersions.Waiting(session, Device, Signed, after, limit),
            AnchorKind.Update => Updates(session, after, limit),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "batches wait for their receipt"),
        };
    }

    private void Refuse(WriteContext context, IReadOnlyList<AnchorRefusal> refusals)
    {
        foreach (var refusal in refusals)
        {
            // A receipt says more than a refusal, whichever came first.
            if (refusal.Kind == AnchorKind.Batch && _log.Find(context.Session, refusal.Position) is null or { Receipt: not null })
                continue;
            var (error, detail) = (Printable(refusal.Error, MaxWord), Printable(refusal.Detail, MaxDetail));
            var isNews = context.Session.Execute(
                "INSERT INTO anchor_refusals VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (kind, position) DO NOTHING",
                (int)refusal.Kind, refusal.Position, Printable(refusal.Id, MaxDetail), error, detail, refusal.At.ToDb()) > 0;
            if (isNews)
                _audit.Append(context.Session, Actor.System, "evidence.anchor_refused", Printable(refusal.Id, MaxDetail), $"{error}: {detail}");
        }

        CountRefused(context);
    }

    private void CountRefused(WriteContext context)
    {
        var count = context.Session.Number("SELECT count(*) FROM anchor_refusals");
        var first = count == 0 ? null : context.Session.First(
            "SELECT kind, position, item, error, detail, at FROM anchor_refusals ORDER BY at, kind, position LIMIT 1", ReadRefusal);
        context.AfterCommit(() => Refused = (count, first));
    }

    private string? AddReceipt(Session session, long seq, byte[] json)
    {
        if (AnchorReceipt.Read(json, out var whyNot) is not { } receipt)
            return whyNot;
        if (_log.Find(session, seq) is not { } batch)
            return "there is no such batch";
        if (receipt.WhyNotFor(batch.Header) is { } other)
            return other;

        try
        {
            return _evidence.AddReceipt(session, batch, Encoding.UTF8.GetString(CanonicalJson.Transform(json)), Actor.System).Reason;
        }
        catch (JsonException error)
        {
            return error.Message;
        }
    }

    private List<AnchorElement> Critical(Session session, long after, int limit) => session.All(
        "SELECT e.batch, e.leaf, e.digest, e.signer, e.signature, coalesce(a.kind, 'alert'), e.utc FROM evidence e LEFT JOIN alerts a "
        + "ON a.seq = e.alert_seq WHERE e.severity = 2 AND e.batch IS NOT NULL AND (e.batch, e.leaf) > (?1, ?2) ORDER BY e.batch, e.leaf LIMIT ?3",
        row =>
        {
            var digest = row.GetFieldValue<byte[]>(2);
            var (signer, signature) = Signed(PersonalMessage.Digest(digest), row.GetString(3), row.GetFieldValue<byte[]>(4));
            return new AnchorElement(
                AnchorKind.Critical, (row.GetInt64(0) * BatchHeader.MaxLeaves) + row.GetInt64(1), "evidence " + Convert.ToHexStringLower(digest),
                AnchorJson.Critical(Device, digest, signer, signature, row.GetString(5), Time.FromDb(row.GetInt64(6))));
        },
        after / BatchHeader.MaxLeaves, after % BatchHeader.MaxLeaves, limit);

    /// <summary>Not the first key: nothing vouches for it but the operator who enters the box in the register.</summary>
    private static List<AnchorElement> Keys(Session session, long after, int limit) => session.All(
        "SELECT number, address, record, old_signature, new_signature FROM evidence_keys WHERE number > max(?1, 1) "
        + "ORDER BY number LIMIT ?2",
        row => new AnchorElement(
            AnchorKind.Key, row.GetInt64(0), "key " + row.GetString(1),
            AnchorJson.Key(
                Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(2)), row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3),
                row.GetFieldValue<byte[]>(4))),
        after, limit);

    private List<AnchorElement> Updates(Session session, long after, int limit) => session.All(
        "SELECT number, job, round, sha256, signer, update_signature FROM evidence_notes WHERE number > ?1 AND job IS NOT NULL ORDER BY number LIMIT ?2",
        row =>
        {
            var statement = new UpdateStatement(Device, row.GetString(1), row.GetInt64(2), row.GetString(3));
            var (signer, signature) = Signed(statement.SignedDigest(), row.GetString(4), row.GetFieldValue<byte[]>(5));
            return new AnchorElement(
                AnchorKind.Update, row.GetInt64(0),
                string.Create(CultureInfo.InvariantCulture, $"update of {statement.Job} round {statement.Round}"),
                AnchorJson.Update(statement, signer, signature));
        },
        after, limit);

    /// <summary>
    /// After a rotation the ledger takes what carries no batch number from the new key alone: what was not handed over before is signed
    /// again by it. The box's own records keep the signature of their time.
    /// </summary>
    private (string Signer, byte[] Signature) Signed(byte[] digest, string signer, byte[] signature) =>
        _evidence.Signer is { } now && now.Address.Value != signer ? (now.Address.Value, now.Sign(digest)) : (signer, signature);

    private static AnchorRefusal ReadRefusal(SqliteDataReader row) => new(
        (AnchorKind)row.GetInt32(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetString(4), Time.FromDb(row.GetInt64(5)));

    private static string Printable(string text, int most) => new([.. text.Where(c => !char.IsControl(c)).Take(most)]);
}
