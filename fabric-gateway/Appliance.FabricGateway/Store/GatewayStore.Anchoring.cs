using System.Data.Common;
using Appliance.FabricGateway.Ledger;
using Appliance.Store.Database;

namespace Appliance.FabricGateway.Store;

/// <summary>An item and what becomes of it.</summary>
/// <param name="ItemId">Row.</param>
/// <param name="Place">Where the ledger has it; null: it does not.</param>
/// <param name="Reason">Why it is parked; null: it is not.</param>
public sealed record Settlement(long ItemId, Anchored? Place, string? Reason);

/// <content>Pending → Endorsed → Submitted → Committed: each step is written down before the next is taken.</content>
public sealed partial class GatewayStore
{
    // Also when it was told something else before (parked, then mended). Another number each time: what is being said now must not
    // count as the answer to what is asked meanwhile.
    private const string TellBox = "notified = CASE WHEN via = 2 AND kind = 1 THEN MIN(notified, 0) - 1 ELSE 1 END";

    private const string ItemColumns = "i.id, i.kind, i.key, i.device, i.seq, i.argument, i.received_at, i.barrier";

    /// <summary>
    /// Items that may go now, oldest first, with ids above <paramref name="after"/>. Behind a barrier of its lane that is not committed
    /// nothing goes, and a barrier waits for what was before it. A box's key also waits for its words that lie in other lanes (versions,
    /// updates) and can still go: once the ledger has the new key it takes nothing more from the old one. What such a lane got after the key
    /// waits for it in turn: refused too early, it could be parked just after the key's arrival let everything go that was parked.
    /// </summary>
    public Task<List<PendingItem>> Pending(long after, int count, CancellationToken cancel) => Read(
        session => session.All(
            $"""
            SELECT {ItemColumns} FROM items i
            WHERE i.state = 0 AND i.id > ?1
              AND (i.lane IS NULL OR NOT EXISTS (
                SELECT 1 FROM items b WHERE b.lane = i.lane AND b.barrier = 1 AND b.state IN (0, 1, 3) AND b.id < i.id))
              AND (i.barrier = 0 OR NOT EXISTS (
                SELECT 1 FROM items e WHERE e.lane = i.lane AND e.lane IS NOT NULL AND e.state IN (0, 1) AND e.id < i.id))
              AND (i.kind NOT IN (3, 4) OR NOT EXISTS (
                SELECT 1 FROM items b WHERE b.lane = ?3 || i.device AND b.barrier = 1 AND b.state IN (0, 1, 3) AND b.id < i.id))
              AND (i.kind <> 5 OR NOT EXISTS (
                SELECT 1 FROM items e WHERE e.device = i.device AND e.kind IN (3, 4) AND e.state IN (0, 1) AND e.id < i.id
                  AND NOT EXISTS (SELECT 1 FROM items b WHERE b.lane = e.lane AND b.barrier = 1 AND b.state = 3 AND b.id < e.id)))
            ORDER BY i.id LIMIT ?2
            """,
            ReadItem, after, count, AnchorCalls.DeviceLane("")),
        cancel);

    /// <summary>Transactions of an earlier run whose fate is not known.</summary>
    public Task<List<OpenTransaction>> OpenTransactions(CancellationToken cancel) => Read(
        session => session
            .All(
                "SELECT id, transaction_id, envelope FROM transactions WHERE state < 3 ORDER BY id",
                row => (Id: row.GetInt64(0), Transaction: row.GetString(1), Envelope: (byte[])row.GetValue(2)))
            .ConvertAll(open => new OpenTransaction(open.Id, open.Transaction, open.Envelope, Carried(session, open.Id))),
        cancel);

    /// <summary>
    /// Endorsed: from here on these items go with this envelope and no other. Items that the contract has already, or refuses, are
    /// settled with it.
    /// </summary>
    public Task<OpenTransaction> Endorsed(
        string function, EndorsedCall call, IReadOnlyList<PendingItem> written, IReadOnlyList<Settlement> others, CancellationToken cancel) => Write(
        context =>
        {
            var now = Now();
            var id = context.Session.Number(
                """
                INSERT INTO transactions (transaction_id, function, state, envelope, endorsed_at) VALUES (?1, ?2, 1, ?3, ?4) RETURNING id
                """,
                call.TransactionId, function, call.Envelope, now);
            foreach (var item in written)
                context.Session.Execute("UPDATE items SET state = 1, tx = ?2 WHERE id = ?1 AND state = 0", item.Id, id);
            Settle(context, others);
            return new OpenTransaction(id, call.TransactionId, call.Envelope, written);
        },
        cancel);

    /// <summary>Submitted: the orderer has it.</summary>
    public Task Submitted(long id, CancellationToken cancel) => Write(
        context => context.Session.Execute("UPDATE transactions SET state = 2, submitted_at = ?2 WHERE id = ?1 AND state = 1", id, Now()), cancel);

    /// <summary>Committed as valid: its items have their place on the ledger. Said twice it changes nothing.</summary>
    public Task Committed(long id, long block, CancellationToken cancel) => Write(
        context =>
        {
            Commit(context, id, block);
            return true;
        },
        cancel);

    /// <summary>
    /// It did not become valid (or was given up). Its items wait again, or are parked when <paramref name="reason"/> says that they would
    /// fail again.
    /// </summary>
    public Task Voided(long id, int? code, string? reason, CancellationToken cancel) => Write(
        context =>
        {
            context.Session.Execute("UPDATE transactions SET state = 4, envelope = NULL, ended_at = ?2, code = ?3 WHERE id = ?1", id, Now(), code);
            context.Session.Execute(
                "UPDATE items SET state = ?2, reason = ?3, tx = NULL WHERE tx = ?1 AND state = 1",
                id, (int)(reason is null ? ItemState.Pending : ItemState.Parked), reason);
            context.AfterCommit(() => (reason is null ? ItemsAdded : NewsForBoxes)?.Invoke());
            return true;
        },
        cancel);

    /// <summary>Items that need no transaction: the ledger has them, or they are parked.</summary>
    public Task Settle(IReadOnlyList<Settlement> settlements, CancellationToken cancel) => Write(
        context =>
        {
            Settle(context, settlements);
            return true;
        },
        cancel);

    /// <summary>Where the replay of events goes on; null = at the beginning.</summary>
    public Task<EventPlace?> Checkpoint(CancellationToken cancel) => Read(
        session => session.First(
            "SELECT block, transaction_id FROM checkpoint", row => new EventPlace(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1))),
        cancel);

    /// <summary>
    /// An event: commits our transaction if it is one, settles batches that others brought, and moves the checkpoint, all or nothing.
    /// Returns how many items it settled.
    /// </summary>
    public Task<int> Replayed(LedgerEvent seen, IReadOnlyList<(string Device, long Seq, string Root)> batches, CancellationToken cancel) => Write(
        context =>
        {
            var settled = 0;
            var own = context.Session.Number("SELECT id FROM transactions WHERE transaction_id = ?1 AND state < 3", seen.TransactionId);
            if (own != 0)
            {
                settled = Commit(context, own, seen.Block);
            }
            else
            {
                foreach (var (device, seq, root) in batches)
                    settled += Brought(context, device, seq, root, seen);
            }

            context.Session.Execute(
                "INSERT INTO checkpoint (id, block, transaction_id) VALUES (1, ?1, ?2) ON CONFLICT (id) DO UPDATE SET block = ?1, transaction_id = ?2",
                seen.Block, seen.TransactionId);
            return settled;
        },
        cancel);

    /// <summary>Whether a transaction has been found committed by other means.</summary>
    public Task<bool> IsOver(long id, CancellationToken cancel) =>
        Read(session => session.Number("SELECT state FROM transactions WHERE id = ?1", id) >= 3, cancel);

    internal static PendingItem ReadItem(DbDataReader row) => new(
        row.GetInt64(0), (ItemKind)row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetString(5), row.GetInt64(6), row.GetInt32(7) == 1);

    private static List<PendingItem> Carried(Session session, long transaction) =>
        session.All($"SELECT {ItemColumns} FROM items i WHERE i.tx = ?1 AND i.state = 1 ORDER BY i.id", ReadItem, transaction);

    private int Commit(WriteContext context, long id, long block)
    {
        var now = Now();
        var transaction = context.Session.First("SELECT transaction_id FROM transactions WHERE id = ?1", row => row.GetString(0), id);
        var devices = context.Session.All(
            "SELECT device FROM items WHERE tx = ?1 AND state = 1 AND kind = ?2", row => row.GetString(0), id, (int)ItemKind.DeviceKey);
        context.Session.Execute(
            "UPDATE transactions SET state = 3, envelope = NULL, ended_at = ?2, block = ?3, code = 0 WHERE id = ?1 AND state < 3", id, now, block);
        var count = context.Session.Execute(
            $"UPDATE items SET state = 2, reason = NULL, transaction_id = ?2, block = ?3, committed_at = ?4, {TellBox} WHERE tx = ?1 AND state = 1",
            id, transaction, block, now);
        foreach (var device in devices)
            KeyArrived(context, device);
        Announce(context, count);
        return count;
    }

    private int Brought(WriteContext context, string device, long seq, string root, LedgerEvent seen)
    {
        var key = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{device}|{seq}");
        // Carried ones are left to their own transaction, which will be void.
        var count = context.Session.Execute(
            $"""
            UPDATE items SET state = 2, reason = NULL, transaction_id = ?3, block = ?4, committed_at = ?5, {TellBox}
            WHERE kind = 1 AND key = ?1 AND state IN (0, 3) AND content LIKE '%|' || ?2
            """,
            key, root, seen.TransactionId, seen.Block, Now());
        Announce(context, count);
        return count;
    }

    private void Settle(WriteContext context, IReadOnlyList<Settlement> settlements)
    {
        foreach (var settlement in settlements)
        {
            if (settlement.Place is { } place)
            {
                var device = context.Session.First(
                    "SELECT device FROM items WHERE id = ?1 AND kind = ?2", row => row.GetString(0), settlement.ItemId, (int)ItemKind.DeviceKey);
                context.Session.Execute(
                    $"UPDATE items SET state = 2, reason = NULL, tx = NULL, transaction_id = ?2, block = ?3, committed_at = ?4, {TellBox} WHERE id = ?1 AND state IN (0, 1)",
                    settlement.ItemId, place.TransactionId, place.Block, place.At);
                if (device is not null)
                    KeyArrived(context, device);
            }
            else
            {
                context.Session.Execute(
                    "UPDATE items SET state = 3, reason = ?2, tx = NULL WHERE id = ?1 AND state IN (0, 1)", settlement.ItemId, settlement.Reason);
            }
        }

        Announce(context, settlements.Count);
    }

    /// <summary>What the ledger refused only because it did not know the key is tried again.</summary>
    internal static int Unpark(Session session, string device) => session.Execute(
        "UPDATE items SET state = 0, reason = NULL WHERE device = ?1 AND state = 3 AND kind <> ?2 AND (reason LIKE 'NO_DEVICE%' OR reason LIKE 'BAD_SIGNATURE%')",
        device, (int)ItemKind.DeviceKey);

    private void KeyArrived(WriteContext context, string device)
    {
        Unpark(context.Session, device);
        context.AfterCommit(() => ItemsAdded?.Invoke());
    }

    private void Announce(WriteContext context, int count)
    {
        if (count == 0)
            return;
        context.AfterCommit(() =>
        {
            Interlocked.Add(ref _waiting, -count);
            NewsForBoxes?.Invoke();
        });
    }
}
