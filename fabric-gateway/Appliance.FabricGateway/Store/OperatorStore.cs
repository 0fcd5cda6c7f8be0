using System.Data.Common;
using System.Globalization;
using Appliance.Core.Evidence.Signatures;
using Appliance.FabricGateway.Devices;
using Appliance.FabricGateway.Ledger;
using Appliance.Store.Database;

namespace Appliance.FabricGateway.Store;

/// <summary>One item as an operator sees it.</summary>
public sealed record ItemRow(
    long Id, ItemKind Kind, string Key, string Device, ItemState State, ItemVia Via, DateTimeOffset ReceivedAt, string? Reason, string? TransactionId, long? Block);

/// <summary>Two signed statements of one box that cannot both be true.</summary>
public sealed record EquivocationRow(ItemKind Kind, string Device, string Key, string First, string Second, string Argument, DateTimeOffset ReceivedAt);

/// <summary>A line of the audit log.</summary>
public sealed record AuditRow(DateTimeOffset At, string Who, string Action, string Subject, string Detail);

/// <summary>
/// The same file for one command of an operator, also beside a running companion: each change is one synced transaction with its
/// audit line. The companion looks again within seconds.
/// </summary>
public sealed class OperatorStore : IDisposable
{
    private readonly Session _session;
    private readonly TimeProvider _clock;
    private readonly string _who;

    private OperatorStore(Session session, TimeProvider clock, string who) => (_session, _clock, _who) = (session, clock, who);

    /// <exception cref="Appliance.Store.StoreException">It cannot be opened.</exception>
    public static OperatorStore Open(string dataDirectory, string who, TimeProvider clock)
    {
        SqliteLibrary.Require();
        var path = Path.Combine(dataDirectory, GatewayStore.FileName);
        try
        {
            return new(GatewayStore.OpenFile(path), clock, who);
        }
        catch (Exception error) when (StoreErrors.From(error, path) is { } fault)
        {
            throw fault;
        }
    }

    public void Dispose() => _session.Dispose();

    public StoreFigures Figures() => GatewayStore.ReadFigures(_session, Now());

    public EventPlace? Checkpoint() =>
        _session.First("SELECT block, transaction_id FROM checkpoint", row => new EventPlace(row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1)));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ItemRow> Items(ItemState? state, string? device, int count) => _session.All(
        """
        SELECT id, kind, key, device, state, via, received_at, reason, transaction_id, block FROM items
        WHERE (?1 IS NULL OR state = ?1) AND (?2 IS NULL OR device = ?2) ORDER BY id DESC LIMIT ?3
        """,
        row => new ItemRow(
            row.GetInt64(0), (ItemKind)row.GetInt32(1), row.GetString(2), row.GetString(3), (ItemState)row.GetInt32(4), (ItemVia)row.GetInt32(5),
            Time(row, 6), row.IsDBNull(7) ? null : row.GetString(7), row.IsDBNull(8) ? null : row.GetString(8), row.IsDBNull(9) ? null : row.GetInt64(9)),
        state is { } one ? (int)one : null, device, count);

    public IReadOnlyList<EquivocationRow> Equivocations() => _session.All(
        "SELECT kind, device, key, first, second, argument, received_at FROM equivocations ORDER BY id DESC LIMIT 1000",
        row => new EquivocationRow(
            (ItemKind)row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), Time(row, 6)));

    public IReadOnlyList<AuditRow> Audit(int count) => _session.All(
        "SELECT at, who, action, subject, detail FROM audit ORDER BY id DESC LIMIT ?1",
        row => new AuditRow(Time(row, 0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)), count);

    public IReadOnlyList<DeviceKey> Devices() => _session.All(
        "SELECT device, number, address, first_batch, source, added_at, revoked_at FROM device_keys ORDER BY device, number", GatewayStore.ReadKey);

    public DeviceKeys Keys(string device) => GatewayStore.Keys(_session, device);

    /// <summary>Has parked items tried again: one, or all. Returns how many.</summary>
    public int Retry(long? id) => Change("retry", id?.ToString(CultureInfo.InvariantCulture) ?? "all", "", () => _session.Execute(
        "UPDATE items SET state = 0, reason = NULL WHERE state = 3 AND (?1 IS NULL OR id = ?1)", id));

    /// <summary>Gives a parked item up; what waits behind it goes on.</summary>
    public int Drop(long id, string reason) => Change("drop", id.ToString(CultureInfo.InvariantCulture), reason, () => _session.Execute(
        "UPDATE items SET state = 4, reason = ?2, notified = 1 WHERE state = 3 AND id = ?1", id, reason));

    /// <summary>Registers a box with all its keys, oldest first.</summary>
    /// <param name="device">Serial.</param>
    /// <param name="keys">Address and first batch of each.</param>
    /// <param name="records">Their signed records as a JSON list, for the ledger; null: the ledger's register is somebody else's.</param>
    /// <param name="parkedBecause">Why the ledger's registration waits.</param>
    public int Register(string device, IReadOnlyList<(string Address, long FirstBatch)> keys, string? records, string? parkedBecause) => Change(
        "device.register", device, string.Join(' ', keys.Select(key => key.Address)), () =>
        {
            if (Keys(device).All.Count > 0)
                return 0;

            for (var i = 0; i < keys.Count; i++)
                GatewayStore.AddKey(_session, device, i + 1, keys[i].Address, keys[i].FirstBatch, "operator", null, Now());
            if (records is not null)
                AddItem($"{device}|{keys[^1].Address}", device, records, AnchorCalls.Registration(device, records), parkedBecause);
            return keys.Count;
        });

    /// <summary>Puts a new key after the known ones by the operator's word (the old key is lost, or the record did not come).</summary>
    public int Rotate(string device, string address, long firstBatch, string? record, string? parkedBecause, string reason) => Change(
        "device.rotate", device, $"{address} from batch {firstBatch.ToString(CultureInfo.InvariantCulture)}: {reason}", () =>
        {
            var keys = Keys(device);
            if (keys.All.Count == 0 || keys.All.Any(key => key.Address == address) || keys.All[^1].FirstBatch > firstBatch)
                return 0;

            GatewayStore.AddKey(_session, device, keys.All[^1].Number + 1, address, firstBatch, "operator", record, Now());
            if (record is not null)
                AddItem($"{device}|{address}", device, record, AnchorCalls.Rotation(device, $"[{record}]"), parkedBecause);
            return 1;
        });

    /// <summary>From now on nothing of the box is taken.</summary>
    public int Revoke(string device, string reason, bool onLedger) => Change("device.revoke", device, reason, () =>
    {
        var count = _session.Execute("UPDATE device_keys SET revoked_at = ?2 WHERE device = ?1 AND revoked_at IS NULL", device, Now());
        if (count > 0 && onLedger)
            AddItem($"{device}|revoked", device, reason, AnchorCalls.Revocation(device, reason), null);
        return count;
    });

    /// <summary>The admin did on the ledger what the box's parked key items ask for: what waits behind them goes on.</summary>
    public int Confirm(string device) => Change("device.confirm", device, "", () =>
    {
        var count = _session.Execute(
            "UPDATE items SET state = 4, reason = 'done by the admin' WHERE device = ?1 AND kind = ?2 AND state = 3", device, (int)ItemKind.DeviceKey);
        return count + GatewayStore.Unpark(_session, device);
    });

    /// <summary>Opens or closes a round of federated learning on the ledger.</summary>
    public int Round(string job, long round, string action, string argument) => Change(
        $"fl.{action}", string.Create(CultureInfo.InvariantCulture, $"{job}|{round}"), argument, () =>
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{job}|{round}|{action}");
            if (_session.Number("SELECT COUNT(*) FROM items WHERE kind = ?1 AND key = ?2", (int)ItemKind.Round, key) > 0)
                return 0;
            GatewayStore.AddOperatorItem(_session, ItemKind.Round, key, "", argument, argument, AnchorCalls.RoundLane(job, round), null, Now());
            return 1;
        });

    /// <summary>A line for what was done elsewhere.</summary>
    public void Note(string action, string subject, string detail) => Change(action, subject, detail, () => 1);

    private static DateTimeOffset Time(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    private void AddItem(string key, string device, string content, string argument, string? parkedBecause) => GatewayStore.AddOperatorItem(
        _session, ItemKind.DeviceKey, key, device, content, argument, AnchorCalls.DeviceLane(device), parkedBecause, Now());

    private long Now() => GatewayStore.Now(_clock);

    private int Change(string action, string subject, string detail, Func<int> work)
    {
        _session.Run("BEGIN IMMEDIATE");
        try
        {
            var count = work();
            if (count > 0)
            {
                _session.Execute(
                    "INSERT INTO audit (at, who, action, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)", Now(), _who, action, subject, detail);
            }

            _session.Run("COMMIT");
            return count;
        }
        catch
        {
            if (_session.InTransaction)
                _session.Run("ROLLBACK");
            throw;
        }
    }
}
