using Appliance.Store.Database;

namespace Appliance.Store.Keys;

/// <summary>
/// Encrypts every record with the active key, a few per transaction, then destroys the keys that nothing needs any more.
/// Needs no memory of its own: cut off anywhere, it starts over and finds only what is left.
/// </summary>
internal sealed class KeyRotation(StoreDatabase database, KeyFiles keys)
{
    private const int BatchRows = 64;

    private static readonly SealedColumn[] s_columns =
    [
        new("alerts", "seq", "body", "id", row => SealedFor.Alert(row.GetString(2))),
        new(
            "alert_reviews JOIN alerts USING (seq)", "alert_reviews.id", "alert_reviews.body", "alerts.id, alert_reviews.at",
            row => SealedFor.Review(row.GetString(2), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)))),
        new("persons", "key", "body", "id", row => SealedFor.Person(row.GetString(2))),
        new(
            "photos JOIN persons ON persons.key = photos.person", "photos.rowid", "photos.body", "persons.id, photos.id",
            row => SealedFor.Photo(row.GetString(2), row.GetString(3))),
        new(
            "photos JOIN persons ON persons.key = photos.person", "photos.rowid", "photos.image", "persons.id, photos.id",
            row => SealedFor.Image(row.GetString(2), row.GetString(3))),
        new(
            "templates JOIN persons ON persons.key = templates.person", "templates.key", "templates.body",
            "persons.id, templates.photo, templates.model",
            row => SealedFor.Template(row.GetString(2), row.GetString(3), row.GetString(4))),
        new("evidence", "alert_seq", "body", "alert", row => SealedFor.Manifest(row.GetString(2))),
        new("evidence_files", "id", "key", "alert, name", row => SealedFor.Artefact(row.GetString(2), row.GetString(3))),
        new(
            "learning_samples JOIN alerts USING (seq)", "learning_samples.seq", "learning_samples.body", "alerts.id",
            row => SealedFor.Sample(row.GetString(2))),
        new("learning_models", "key", "body", "id", row => SealedFor.Model(row.GetString(2))),
        new("settings", "rowid", "body", "key", row => SealedFor.Setting(row.GetString(2))),
    ];

    /// <summary>Makes a new key and switches to it, on the writer's thread: what was queued before keeps the old one.</summary>
    internal Task<string> Switch(CancellationToken cancel) => database.Write(
        context =>
        {
            var key = StoreKey.Make();
            keys.Save(key);
            keys.Ring.Activate(key);
            return key.Name;
        },
        cancel);

    /// <summary>Returns how many records were encrypted again. Rows that do not open are left alone, with their key.</summary>
    /// <exception cref="StoreException">Disk full or damaged.</exception>
    internal async Task<long> Run(CancellationToken cancel)
    {
        long count = 0;
        foreach (var column in s_columns)
        {
            for (long? after = long.MinValue; after is not null;)
            {
                var (next, rows) = await database.Write(context => Again(context.Session, column, after.Value), cancel).ConfigureAwait(false);
                (after, count) = (next, count + rows);
            }
        }

        // Emptying the log waits for readers: nobody still holds a record under an old key when that key goes.
        await database.Write(context => context.Erase = true, cancel).ConfigureAwait(false);
        await database.Write(DestroyUnused, cancel).ConfigureAwait(false);
        return count;
    }

    private (long? Next, int Rows) Again(Session session, SealedColumn column, long after)
    {
        var rows = session.All(
            column.Select, row => (Key: row.GetInt64(0), Body: row.GetFieldValue<byte[]>(1), For: column.Identify(row)), after, keys.Ring.Active.Id, BatchRows);
        foreach (var row in rows)
        {
            if (keys.Ring.Holds(row.Body.AsSpan(1, StoreKey.IdBytes)))
                Again(session, column, row);
        }

        return (rows.Count < BatchRows ? null : rows[^1].Key, rows.Count);
    }

    private void Again(Session session, SealedColumn column, (long Key, byte[] Body, SealedFor For) row)
    {
        try
        {
            session.Execute(column.Update, row.Key, keys.Ring.Seal(row.For, keys.Ring.Open(row.For, row.Body)));
        }
        catch (StoreException error) when (error.Fault == StoreFault.Tampered)
        {
            // Not ours to judge here: whoever reads the record gets the error, and its key stays.
        }
    }

    private void DestroyUnused(WriteContext context)
    {
        var used = s_columns
            .SelectMany(column => context.Session.All(column.KeyIds, row => Convert.ToHexStringLower(row.GetFieldValue<byte[]>(0))))
            .ToHashSet();
        var unused = keys.Ring.Retiring.Where(key => !used.Contains(key.Name)).ToList();
        context.AfterCommit(() => unused.ForEach(keys.Destroy));
    }
}
