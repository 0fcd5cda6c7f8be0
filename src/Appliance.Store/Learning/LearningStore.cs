using System.Runtime.InteropServices;
using System.Text.Json;
using Appliance.Core.Alerts;
using Appliance.Core.Learning;
using Appliance.Store.Alerts;
using Appliance.Store.Database;
using Appliance.Store.Keys;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Learning;

/// <summary>Samples, models and rounds of learning. Samples and parameters are sealed: what a box has learnt says something about its site.</summary>
public sealed class LearningStore : ILearningStore
{
    // A round every few seconds must not fill the disk; the newest versions are those that are gone back to.
    private const int KeepRounds = 5_000;
    private const int KeepModels = 200;

    private readonly StoreDatabase _database;
    private readonly KeyRing _keys;

    internal LearningStore(StoreDatabase database, KeyRing keys) => (_database, _keys) = (database, keys);

    /// <summary>Keeps the features of a stored alert; nothing happens when the alert is not there (any more).</summary>
    /// <exception cref="StoreException">Disk full, read-only or damaged.</exception>
    public Task Keep(AlertId alert, float[] features, CancellationToken cancel = default) => _database.Write(
        context => context.Session.Execute(
            "INSERT OR IGNORE INTO learning_samples (seq, body) SELECT seq, ?2 FROM alerts WHERE id = ?1",
            alert.Value, _keys.Seal(SealedFor.Sample(alert.Value), MemoryMarshal.AsBytes(features.AsSpan()))),
        cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TrainingSample>> Labelled(int limit, CancellationToken cancel) =>
        _database.Read<IReadOnlyList<TrainingSample>>(
            session => session.All(
                "SELECT alerts.id, camera, utc, kind, state, learning_samples.body FROM learning_samples JOIN alerts USING (seq) "
                + "WHERE state IN (?1, ?2) ORDER BY seq DESC LIMIT ?3",
                Sample, (int)AlertState.Confirmed, (int)AlertState.Rejected, limit),
            cancel);

    /// <inheritdoc/>
    public Task Put(LearnedModel model, CancellationToken cancel) => _database.Write(
        context =>
        {
            context.Session.Execute(
                "INSERT INTO learning_models (id, head, body) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                model.Id, model.Head,
                _keys.Seal(SealedFor.Model(model.Id), JsonSerializer.SerializeToUtf8Bytes(model, StoreJson.Default.LearnedModel)));
            return context.Session.Execute(
                "DELETE FROM learning_models WHERE head = ?1 AND id NOT IN "
                + "(SELECT id FROM learning_models WHERE head = ?1 ORDER BY id DESC LIMIT ?2)",
                model.Head, KeepModels);
        },
        cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LearnedModel>> Models(string? head, int limit, CancellationToken cancel) =>
        _database.Read<IReadOnlyList<LearnedModel>>(
            session => session.All(
                "SELECT id, body FROM learning_models WHERE ?1 IS NULL OR head = ?1 ORDER BY id DESC LIMIT ?2", Model, head, limit),
            cancel);

    /// <inheritdoc/>
    public Task Add(LearningRound round, CancellationToken cancel) => _database.Write(
        context =>
        {
            context.Session.Execute(
                "INSERT INTO learning_rounds (body) VALUES (?1)", JsonSerializer.Serialize(round, StoreJson.Default.LearningRound));
            return context.Session.Execute(
                "DELETE FROM learning_rounds WHERE key <= (SELECT max(key) FROM learning_rounds) - ?1", KeepRounds);
        },
        cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LearningRound>> Rounds(int limit, CancellationToken cancel) =>
        _database.Read<IReadOnlyList<LearningRound>>(
            session => session.All(
                "SELECT body FROM learning_rounds ORDER BY key DESC LIMIT ?1",
                row => JsonSerializer.Deserialize(row.GetString(0), StoreJson.Default.LearningRound)!, limit),
            cancel);

    /// <inheritdoc/>
    public Task<double> Number(string name, CancellationToken cancel) => _database.Read(
        session => session.First("SELECT value FROM learning_numbers WHERE name = ?1", row => row.GetDouble(0), name), cancel);

    /// <inheritdoc/>
    public Task SetNumber(string name, double value, CancellationToken cancel) => _database.Write(
        context => context.Session.Execute(
            "INSERT INTO learning_numbers (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value),
        cancel);

    private TrainingSample Sample(SqliteDataReader row)
    {
        var id = row.GetString(0);
        return new(
            new(id), new(row.GetString(1)), Time.FromDb(row.GetInt64(2)), row.GetString(3),
            (AlertState)row.GetInt32(4) == AlertState.Confirmed,
            MemoryMarshal.Cast<byte, float>(_keys.Open(SealedFor.Sample(id), row.GetFieldValue<byte[]>(5))).ToArray());
    }

    private LearnedModel Model(SqliteDataReader row) => JsonSerializer.Deserialize(
        _keys.Open(SealedFor.Model(row.GetString(0)), row.GetFieldValue<byte[]>(1)), StoreJson.Default.LearnedModel)!;
}
