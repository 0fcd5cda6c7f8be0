using System.Text.Json;
using Appliance.Core.Evidence.Anchoring;
using Appliance.Core.Evidence.Signatures;
using Appliance.Store.Database;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Evidence.Anchors;

/// <summary>
/// The versions of this box's watchlist: signed hashes, each naming the one before. Taken beside the changes and not in their transactions,
/// because a hash reads every person: changes in quick succession become one version.
/// </summary>
public sealed class WatchlistVersions
{
    private const string Columns = "version, persons, model, hash, prev_hash, signer, signature, at";

    private readonly StoreDatabase _database;
    private readonly EvidenceStore _evidence;
    private readonly string _device;
    private readonly string _headFile;
    private readonly TimeProvider _clock;

    internal WatchlistVersions(StoreDatabase database, EvidenceStore evidence, string device, string headFile, TimeProvider clock) =>
        (_database, _evidence, _device, _headFile, _clock) = (database, evidence, device, headFile, clock);

    /// <summary>Raised on the store's writer for each new version once it is durable.</summary>
    internal event Action? Added;

    /// <summary>Makes a version if the list is not what the last one says.</summary>
    /// <param name="model">Name of the embedder in use; null = not known yet, the last version's counts.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null: nothing changed, nobody was ever on it, or the box has no key.</returns>
    public async Task<WatchlistRecord?> Record(string? model, CancellationToken cancel = default)
    {
        var (changes, persons, used) = await _database.Read(
            session => (
                session.Number("SELECT watchlist_version FROM appliance"),
                session.All(
                    "SELECT id, digest FROM persons WHERE staged = 0 ORDER BY id",
                    row => (Id: row.GetString(0), Digest: row.GetFieldValue<byte[]>(1))),
                model ?? session.First("SELECT model FROM watchlist_versions ORDER BY version DESC LIMIT 1", row => row.GetString(0)) ?? ""),
            cancel).ConfigureAwait(false);
        var hash = WatchlistHash.Of(used, persons);
        var record = await _database.Write(context => Record(context.Session, changes, persons.Count, used, hash), cancel).ConfigureAwait(false);
        if (record is not null)
            Added?.Invoke();
        return record;
    }

    /// <summary>Newest first, below <paramref name="before"/>.</summary>
    public Task<IReadOnlyList<WatchlistRecord>> List(long before, int limit, CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<WatchlistRecord>>(
            session => session.All($"SELECT {Columns} FROM watchlist_versions WHERE version < ?1 ORDER BY version DESC LIMIT ?2", Read, before, limit),
            cancel);

    /// <summary>Called once, before the writer starts.</summary>
    internal static void Resume(Session session, string headFile)
    {
        if (session.Number("SELECT count(*) FROM watchlist_versions") > 0 || !File.Exists(headFile))
            return;
        try
        {
            if (JsonSerializer.Deserialize(File.ReadAllBytes(headFile), StoreJson.Default.WatchlistHeadFile) is { } head)
                Insert(session, head, Convert.FromHexString(head.Signature));
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            // Half a file cannot be (it is renamed into place); one that was edited is as good as none.
        }
    }

    /// <param name="session">Where to look.</param>
    /// <param name="device">Serial number of the box.</param>
    /// <param name="signed">Digest, signer and signature on record → those to be handed over.</param>
    /// <param name="after">Only versions above.</param>
    /// <param name="limit">At most so many.</param>
    internal static List<AnchorElement> Waiting(
        Session session, string device, Func<byte[], string, byte[], (string Signer, byte[] Signature)> signed, long after, int limit) => session.All(
        $"SELECT {Columns} FROM watchlist_versions WHERE version > ?1 ORDER BY version LIMIT ?2",
        row =>
        {
            var record = Read(row);
            var statement = new WatchlistStatement(device, WatchlistStatement.OnlyList, record.Version, record.PrevHash, record.Hash);
            var (signer, signature) = signed(statement.SignedDigest(), record.Signer, record.Signature);
            return new AnchorElement(
                AnchorKind.Watchlist, record.Version, $"{statement.List} version {record.Version}", AnchorJson.Watchlist(statement, signer, signature));
        },
        after, limit);

    private WatchlistRecord? Record(Session session, long changes, int persons, string model, string hash)
    {
        if (_evidence.Signer is not { } signer)
            return null;
        var last = session.First($"SELECT {Columns} FROM watchlist_versions ORDER BY version DESC LIMIT 1", Read);
        if (last?.Hash == hash || (last is null && persons == 0))
            return null;

        var statement = new WatchlistStatement(
            _device, WatchlistStatement.OnlyList, (last?.Version ?? 0) + 1, last?.Hash ?? WatchlistStatement.NoPrev, hash);
        var signature = signer.Sign(statement.SignedDigest());
        var head = new WatchlistHeadFile(
            statement.Version, changes, persons, model, hash, statement.PrevHash, signer.Address.Value, EvidenceSignature.Format(signature)[2..],
            _clock.GetUtcNow().ToStored());
        // Before the commit: nobody has seen it yet, and a lost database must not give its number to another.
        DurableFile.Write(_headFile, JsonSerializer.SerializeToUtf8Bytes(head, StoreJson.Default.WatchlistHeadFile));
        Insert(session, head, signature);
        return new(head.Version, persons, model, hash, head.PrevHash, head.Signer, signature, head.At);
    }

    private static void Insert(Session session, WatchlistHeadFile head, byte[] signature) => session.Execute(
        "INSERT INTO watchlist_versions (version, changes, persons, model, hash, prev_hash, signer, signature, at) "
        + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        head.Version, head.Changes, head.Persons, head.Model, head.Hash, head.PrevHash, head.Signer, signature, head.At.ToDb());

    private static WatchlistRecord Read(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetFieldValue<byte[]>(6),
        Time.FromDb(row.GetInt64(7)));
}
