using Appliance.Core.Alerts;
using Appliance.Store.Database;

namespace Appliance.Store.Alerts;

/// <summary>The Sparkplug edge node's memory in the database.</summary>
public sealed class NodeMemory : INodeMemory
{
    private readonly StoreDatabase _database;

    internal NodeMemory(StoreDatabase database) => _database = database;

    public async ValueTask<int> NextBirthDeath(CancellationToken cancel) => await _database.Write(
        context => (int)context.Session.Number("UPDATE sparkplug_node SET bd_seq = (bd_seq + 1) % 256 RETURNING bd_seq"),
        cancel).ConfigureAwait(false);

    public async ValueTask<IReadOnlyList<AlertTally>> Tallies(CancellationToken cancel) => await _database.Read(
        session => session.All(
            "SELECT camera, count, last_seq, last_id, last_kind, last_score FROM sparkplug_alerts ORDER BY camera",
            row => new AlertTally(
                row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), row.GetString(4), row.GetDouble(5))),
        cancel).ConfigureAwait(false);

    public async ValueTask Save(IReadOnlyCollection<AlertTally> tallies, CancellationToken cancel) => await _database.Write(
        context =>
        {
            foreach (var tally in tallies)
            {
                context.Session.Execute(
                    "INSERT OR REPLACE INTO sparkplug_alerts (camera, count, last_seq, last_id, last_kind, last_score) "
                    + "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    tally.Camera, tally.Count, tally.LastSeq, tally.LastId, tally.LastKind, tally.LastScore);
            }

            return tallies.Count;
        },
        cancel).ConfigureAwait(false);
}
