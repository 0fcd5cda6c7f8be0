using Appliance.Core.Recognition;
using Appliance.Store.Alerts;
using Appliance.Store.Database;
using Appliance.Store.Keys;
using Appliance.Store.Watchlist;
using Microsoft.Extensions.Logging;

namespace Appliance.Store;

/// <summary>What is read once at start, on the single connection, before anything runs beside it.</summary>
internal sealed record StoredState(
    IReadOnlyList<(string Name, long Id, long Depth)> Destinations, IReadOnlyList<Person> Persons, long UnreadablePersons, bool IsClaimed)
{
    internal static StoredState Load(Session session, KeyRing keys, StoreOptions options, ILogger logger)
    {
        DropUnfinishedImport(session, logger);
        var persons = new PersonRow(keys).All(session, out var unreadable);
        if (unreadable > 0)
            logger.RecordsUnreadable(unreadable);
        return new(
            [.. options.Destinations.Distinct().Select(name => Destination(session, name, options))],
            [.. persons.Select(stored => stored.Person)],
            unreadable,
            session.Number("SELECT count(*) FROM users") > 0);
    }

    private static (string, long, long) Destination(Session session, string name, StoreOptions options)
    {
        session.Execute("INSERT OR IGNORE INTO destinations (name) VALUES (?1)", name);
        var id = session.Number("SELECT id FROM destinations WHERE name = ?1", name);
        Consumers.Begin(session, id, options.RequiredConsumers.GetValueOrDefault(name) ?? []);
        return (name, id, Outbox.Count(session, id));
    }

    private static void DropUnfinishedImport(Session session, ILogger logger)
    {
        var dropped = session.Execute("DELETE FROM persons WHERE staged <> 0");
        if (dropped > 0)
            logger.ImportDropped(dropped);
    }
}
