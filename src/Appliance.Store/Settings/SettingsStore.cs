using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Appliance.Store.Audit;
using Appliance.Store.Database;
using Appliance.Store.Keys;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Settings;

/// <summary>A stored document.</summary>
/// <param name="Key">1–128 of <c>[a-z0-9._/-]</c>, e.g. <c>cameras/gate</c>.</param>
/// <param name="Version">+1 on every change; the ETag.</param>
/// <param name="Json">The document.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record SettingsDocument(string Key, int Version, string Json, DateTimeOffset UpdatedAt)
{
    public T? Read<T>(JsonSerializerOptions? options = null) => JsonSerializer.Deserialize<T>(Json, options);
}

/// <summary>
/// What was changed over REST: JSON documents by key, encrypted on disk because they hold stream passwords. The audit row names
/// the fields that changed, never the value of a secret one.
/// </summary>
public sealed partial class SettingsStore
{
    private const int MaxBytes = 1 << 20;
    private const string Columns = "key, version, body, updated_at";

    private readonly StoreDatabase _database;
    private readonly KeyRing _keys;
    private readonly AuditLog _audit;
    private readonly TimeProvider _clock;

    internal SettingsStore(StoreDatabase database, KeyRing keys, AuditLog audit, TimeProvider clock) =>
        (_database, _keys, _audit, _clock) = (database, keys, audit, clock);

    /// <summary>Raised after a change is durable, on the writer's thread; null = removed.</summary>
    public event Action<string, SettingsDocument?>? Changed;

    public Task<SettingsDocument?> Get(string key, CancellationToken cancel = default) =>
        _database.Read(session => Find(session, key), cancel);

    /// <summary>In order of key.</summary>
    public Task<IReadOnlyList<SettingsDocument>> List(string prefix, CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<SettingsDocument>>(
            session => session.All(
                $"SELECT {Columns} FROM settings WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key", Read, prefix),
            cancel);

    /// <param name="key">Which.</param>
    /// <param name="json">A JSON document up to 1 MiB.</param>
    /// <param name="ifMatch">Version the caller saw; 0 = must not exist; null = whatever is current.</param>
    /// <param name="by">Who changes it.</param>
    /// <param name="cancel">Gives up waiting; the change may still happen.</param>
    public Task<Change<SettingsDocument>> Put(
        string key, string json, int? ifMatch, Actor by, CancellationToken cancel = default) =>
        Fault(key, json) is { } fault
            ? Task.FromResult(Change<SettingsDocument>.Refused(fault))
            : _database.Write(context => Put(context, key, json, ifMatch, by), cancel);

    public Task<Change<SettingsDocument>> Remove(string key, int? ifMatch, Actor by, CancellationToken cancel = default) =>
        _database.Write(
            context =>
            {
                if (Find(context.Session, key) is not { } before)
                    return Change<SettingsDocument>.NotFound();
                if (ifMatch is not null && ifMatch != before.Version)
                    return Change<SettingsDocument>.Conflict(before);
                context.Session.Execute("DELETE FROM settings WHERE key = ?1", key);
                _audit.Append(context.Session, by, "settings.remove", key, "");
                context.AfterCommit(() => Changed?.Invoke(key, null));
                return Change<SettingsDocument>.Done(before);
            },
            cancel);

    private Change<SettingsDocument> Put(WriteContext context, string key, string json, int? ifMatch, Actor by)
    {
        var before = Find(context.Session, key);
        if (ifMatch is not null && ifMatch != (before?.Version ?? 0))
            return before is null ? Change<SettingsDocument>.NotFound() : Change<SettingsDocument>.Conflict(before);

        var after = new SettingsDocument(key, (before?.Version ?? 0) + 1, json, _clock.GetUtcNow().ToStored());
        context.Session.Execute(
            "INSERT INTO settings (key, version, updated_at, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE "
            + "SET version = excluded.version, updated_at = excluded.updated_at, body = excluded.body",
            key, after.Version, after.UpdatedAt.ToDb(), _keys.Seal(SealedFor.Setting(key), Encoding.UTF8.GetBytes(json)));
        _audit.Append(context.Session, by, "settings.put", key, SettingsDifference.Describe(before?.Json, json));
        context.AfterCommit(() => Changed?.Invoke(key, after));
        return Change<SettingsDocument>.Done(after);
    }

    private static string? Fault(string key, string json)
    {
        if (!KeyPattern().IsMatch(key))
            return "a key is 1 to 128 of a-z, 0-9, dot, dash, underscore and slash";
        if (Encoding.UTF8.GetByteCount(json) > MaxBytes)
            return "the document is larger than 1 MiB";
        try
        {
            JsonDocument.Parse(json).Dispose();
            return null;
        }
        catch (JsonException error)
        {
            return $"not JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}";
        }
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._/-]{0,127}\z")]
    private static partial Regex KeyPattern();

    private SettingsDocument? Find(Session session, string key) =>
        session.First($"SELECT {Columns} FROM settings WHERE key = ?1", Read, key);

    private SettingsDocument Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetInt32(1), Encoding.UTF8.GetString(_keys.Open(SealedFor.Setting(row.GetString(0)), row.GetFieldValue<byte[]>(2))),
        Time.FromDb(row.GetInt64(3)));
}
