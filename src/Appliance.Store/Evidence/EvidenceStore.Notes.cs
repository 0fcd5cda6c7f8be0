using System.Globalization;
using Appliance.Core;
using Appliance.Core.Evidence.Anchoring;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Notes;
using Appliance.Store.Database;
using Appliance.Store.Evidence.Log;
using Appliance.Store.Evidence.Notes;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Evidence;

public sealed partial class EvidenceStore
{
    private const string NoteColumns = "number, id, at, body, digest, signer, signature, batch, leaf";

    /// <summary>Raised on the store's writer when something for the companion became durable that closes no batch.</summary>
    internal event Action? Grown;

    /// <summary>Signs a note and puts it into the log; null = the box has no key, there is no such note.</summary>
    public async Task<NoteRecord?> Note(NewNote note, CancellationToken cancel = default)
    {
        var (record, batch) = await _database.Write(context => Note(context.Session, note), cancel).ConfigureAwait(false);
        if (batch is not null)
            BatchClosed?.Invoke(batch);
        else if (record is not null)
            Grown?.Invoke();
        return record;
    }

    /// <summary>Null: no such note.</summary>
    public Task<NoteRecord?> FindNote(string id, CancellationToken cancel = default) => _database.Read(
        session => session.First($"SELECT {NoteColumns} FROM evidence_notes WHERE id = ?1", ReadNote, id), cancel);

    /// <summary>Newest first. <paramref name="cursor"/> = <see cref="Page{T}.Next"/> of the page before.</summary>
    /// <param name="kind">Only of this kind; null = all.</param>
    /// <param name="cursor">Null = from the newest.</param>
    /// <param name="limit">Notes per page.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<Page<NoteRecord>> Notes(string? kind, string? cursor, int limit, CancellationToken cancel = default)
    {
        var before = Cursor.ToNumber(cursor) ?? long.MaxValue;
        return _database.Read(
            session => Cursor.Page(
                session.All(
                    $"SELECT {NoteColumns} FROM evidence_notes WHERE number < ?1 AND (?2 IS NULL OR kind = ?2) ORDER BY number DESC LIMIT ?3",
                    ReadNote, before, kind, limit + 1),
                limit,
                note => note.Number.ToString(CultureInfo.InvariantCulture)),
            cancel);
    }

    /// <summary>Null: its batch is still open.</summary>
    public Task<InclusionProof?> Prove(NoteRecord note, CancellationToken cancel = default) =>
        _database.Read(session => _log.Prove(session, note.Batch, note.Leaf), cancel);

    private (NoteRecord? Record, SignedBatch? Batch) Note(Session session, NewNote note)
    {
        if (Signer is not { } signer)
            return default;

        var now = _clock.GetUtcNow().ToStored();
        var json = new EvidenceNote
        {
            Id = Ulid.New(now),
            Device = _options.Device,
            Address = signer.Address.Value,
            Kind = note.Kind,
            Subject = note.Subject,
            Sha256 = note.Sha256,
            Detail = note.Detail,
            Utc = ManifestJson.Time(now),
        };
        var body = json.ToJson();
        var digest = EvidenceNote.Digest(body);
        var signature = signer.Sign(EvidenceNote.SignedDigest(body));
        var (batch, leaf) = _log.Append(session, digest, now);
        var update = note.Job is { } job
            ? signer.Sign(new UpdateStatement(_options.Device, job, note.Round, note.Sha256).SignedDigest())
            : null;
        var number = session.Number(
            "INSERT INTO evidence_notes (id, at, kind, subject, body, digest, signer, signature, batch, leaf, sha256, job, round, update_signature) "
            + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) RETURNING number",
            json.Id, now.ToDb(), note.Kind, note.Subject, body, digest, signer.Address.Value, signature, batch, leaf, note.Sha256, note.Job,
            note.Job is null ? null : note.Round, update);
        var record = new NoteRecord(number, json.Id, now, body, digest, signer.Address.Value, signature, batch, leaf);
        return (record, leaf == BatchHeader.MaxLeaves - 1 ? _log.Close(session, signer, now) : null);
    }

    private static NoteRecord ReadNote(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), Time.FromDb(row.GetInt64(2)), row.GetFieldValue<byte[]>(3), row.GetFieldValue<byte[]>(4), row.GetString(5),
        row.GetFieldValue<byte[]>(6), row.GetInt64(7), row.GetInt32(8));
}
