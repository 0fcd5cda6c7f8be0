using System.Globalization;
using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Signatures;
using Appliance.Store.Audit;
using Appliance.Store.Database;
using Appliance.Store.Evidence.Files;
using Appliance.Store.Evidence.Log;
using Appliance.Store.Keys;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Appliance.Store.Evidence;

/// <summary>
/// The evidence of this box: artefacts as encrypted files, manifests, the Merkle log, the record of its keys. What an alert's
/// evidence became is always known: its row is born with the alert.
/// </summary>
public sealed partial class EvidenceStore
{
    internal const string Interrupted = "the program was stopped while the evidence was being taken";

    private const string Columns =
        "alert_seq, alert, utc, camera, state, reason, bytes, keep_until, hold, sealed_at, digest, signer, signature, batch, leaf, pinning, pin_reason";

    private readonly StoreDatabase _database;
    private readonly KeyRing _keys;
    private readonly AuditLog _audit;
    private readonly EvidenceStoreOptions _options;
    private readonly EvidenceFolder _folder;
    private readonly MerkleLog _log;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private IEvidenceSigner? _signer;

    internal EvidenceStore(
        StoreDatabase database, KeyRing keys, AuditLog audit, EvidenceFolder folder, MerkleLog log, EvidenceStoreOptions options,
        TimeProvider clock, ILogger logger)
    {
        (_database, _keys, _audit, _folder, _log, _options, _clock, _logger) = (database, keys, audit, folder, log, options, clock, logger);
    }

    /// <summary>The key that signs; null = nothing can be signed.</summary>
    public IEvidenceSigner? Signer => Volatile.Read(ref _signer);

    /// <summary>Raised on the store's writer for each batch once it is durable. Handlers must not block.</summary>
    public event Action<SignedBatch>? BatchClosed;

    /// <summary>A new artefact of an alert.</summary>
    /// <param name="alert">Whose.</param>
    /// <param name="utc">When the alert was raised: the folder.</param>
    /// <param name="name">clip.mp4, snapshot.jpg, …</param>
    /// <param name="mediaType">MIME type.</param>
    /// <exception cref="StoreException"><see cref="StoreFault.DiskFull"/> also when the room left belongs to alerts.</exception>
    public ArtefactWriter Create(AlertId alert, DateTimeOffset utc, string name, string mediaType)
    {
        var free = _folder.FreeBytes;
        if (free < _options.MinFreeBytes)
        {
            throw new StoreException(
                StoreFault.DiskFull,
                string.Create(CultureInfo.InvariantCulture, $"the disk is full: {free >> 20} MiB left, {_options.MinFreeBytes >> 20} MiB are kept for alerts"));
        }

        try
        {
            return new ArtefactWriter(_folder, EvidenceFolder.PathOf(alert.Value, utc, name), name, mediaType);
        }
        catch (Exception error) when (StoreErrors.From(error, _folder.HeadFile) is { } fault && error is not StoreException)
        {
            throw fault;
        }
    }

    /// <summary>
    /// Signs the manifest, puts it into the log and the artefacts into the index: one transaction. With no key nothing is signed and
    /// the reason says so.
    /// </summary>
    /// <exception cref="StoreException">Not durable; the artefacts' files are swept at the next start.</exception>
    public async Task<EvidenceRecord?> Seal(EvidenceSealing sealing, CancellationToken cancel)
    {
        // The index never knows a file that a power cut could take.
        await Task.WhenAll(sealing.Artefacts.Select(artefact => artefact.Durable)).ConfigureAwait(false);
        var batch = await _database.Write(context => Seal(context, sealing), cancel).ConfigureAwait(false);
        if (batch is not null)
            BatchClosed?.Invoke(batch);
        return await Find(sealing.Alert, cancel).ConfigureAwait(false);
    }

    /// <summary>There will be none (<see cref="EvidenceState.Missing"/>), and why.</summary>
    public Task GiveUp(AlertId alert, string reason, CancellationToken cancel) => _database.Write(
        context => context.Session.Execute(
            "UPDATE evidence SET state = ?2, reason = ?3 WHERE alert = ?1 AND state = 0", alert.Value, (int)EvidenceState.Missing, reason),
        cancel);

    /// <summary>Null: no such alert, or it was raised before evidence was kept.</summary>
    public Task<EvidenceRecord?> Find(AlertId alert, CancellationToken cancel = default) => _database.Read(
        session => session.First($"SELECT {Columns} FROM evidence WHERE alert = ?1", Read, alert.Value), cancel);

    /// <summary>Newest first. <paramref name="cursor"/> = <see cref="Page{T}.Next"/> of the page before.</summary>
    public Task<Page<EvidenceRecord>> List(EvidenceFilter filter, string? cursor, int limit, CancellationToken cancel = default)
    {
        var before = Cursor.ToNumber(cursor) ?? long.MaxValue;
        return _database.Read(
            session => Cursor.Page(
                session.All(
                    $"""
                    SELECT {Columns} FROM evidence WHERE alert_seq < ?1 AND (?2 IS NULL OR camera = ?2) AND (?3 IS NULL OR state = ?3)
                    AND (?4 IS NULL OR (hold IS NOT NULL) = ?4) AND (?5 IS NULL OR utc >= ?5) AND (?6 IS NULL OR utc < ?6)
                    ORDER BY alert_seq DESC LIMIT ?7
                    """,
                    Read, before, filter.Camera, (int?)filter.State, filter.Held is { } held ? (held ? 1 : 0) : null,
                    filter.From?.ToDb(), filter.To?.ToDb(), limit + 1),
                limit,
                record => record.Seq.ToString(CultureInfo.InvariantCulture)),
            cancel);
    }

    /// <summary>The canonical manifest; null = there is none.</summary>
    /// <exception cref="StoreException">Its key is missing or the row was changed.</exception>
    public Task<byte[]?> Manifest(AlertId alert, CancellationToken cancel = default) => _database.Read(
        session => session.First(
            "SELECT body FROM evidence WHERE alert = ?1 AND body IS NOT NULL",
            row => _keys.Open(SealedFor.Manifest(alert.Value), row.GetFieldValue<byte[]>(0)), alert.Value),
        cancel);

    public Task<IReadOnlyList<StoredArtefact>> Artefacts(AlertId alert, CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<StoredArtefact>>(
            session => session.All(
                "SELECT name, media_type, bytes FROM evidence_files WHERE alert = ?1 ORDER BY id",
                row => new StoredArtefact(row.GetString(0), row.GetString(1), row.GetInt64(2)), alert.Value),
            cancel);

    /// <summary>Opens an artefact, decrypted and seekable; null = there is no such.</summary>
    /// <exception cref="StoreException">The file is missing, cut off, changed or reordered; the message says which.</exception>
    public async Task<Stream?> Open(AlertId alert, string name, CancellationToken cancel = default)
    {
        var (path, key) = await _database.Read(
            session => session.First(
                "SELECT path, key FROM evidence_files WHERE alert = ?1 AND name = ?2",
                row => (row.GetString(0), _keys.Open(SealedFor.Artefact(alert.Value, name), row.GetFieldValue<byte[]>(1))), alert.Value, name),
            cancel).ConfigureAwait(false);
        if (path is null)
            return null;
        return new SealedReader(OpenFile(path, alert, name), key, $"{name} of {alert}");
    }

    public Task<EvidenceFigures> Figures(CancellationToken cancel = default)
    {
        var today = _clock.GetUtcNow().ToUnixTimeSeconds() / 86_400;
        return _database.Read(
            session =>
            {
                var (bytes, records) = session.First(
                    "SELECT bytes, records FROM evidence_days WHERE day = ?1", row => (row.GetInt64(0), row.GetInt64(1)), today);
                return new EvidenceFigures(
                    session.Number("SELECT count(*) FROM evidence WHERE bytes > 0"),
                    session.Number("SELECT coalesce(sum(bytes), 0) FROM evidence WHERE bytes > 0"),
                    bytes, records,
                    session.Number("SELECT count(*) FROM evidence_batches"),
                    session.Number("SELECT count(*) FROM evidence WHERE hold IS NOT NULL"),
                    session.Number("SELECT count(*) FROM evidence_batches WHERE receipt IS NULL"),
                    session.Number("SELECT count(*) FROM evidence WHERE pinning = 0 AND batch IS NOT NULL AND state IN (1, 2)"));
            },
            cancel);
    }

    /// <summary>Runs on the single connection before anything else does.</summary>
    internal static void MarkInterrupted(Session session, ILogger logger)
    {
        var count = session.Execute(
            "UPDATE evidence SET state = ?1, reason = ?2 WHERE state = 0", (int)EvidenceState.Missing, Interrupted);
        if (count > 0)
            logger.EvidenceInterrupted(count);
    }

    /// <summary>Removes files that no row knows: what a crash left.</summary>
    internal async Task Sweep(CancellationToken cancel)
    {
        // Before the first new file of this run can exist.
        var known = await _database.Read(
            session => session.All("SELECT path FROM evidence_files", row => row.GetString(0)).ToHashSet(), cancel).ConfigureAwait(false);
        var removed = _folder.Sweep(known);
        if (removed > 0)
            _logger.EvidenceSwept(removed);
    }

    /// <summary>Whether there is anything to be kept: its rule wants it, and a camera saw it.</summary>
    public static bool IsWanted(Alert alert) => alert.KeepEvidence && alert.Camera != CameraId.Box;

    /// <summary>The row of a new alert, in its transaction.</summary>
    internal static void Begin(Session session, Alert alert, long seq, bool isKept) => session.Execute(
        "INSERT INTO evidence (alert_seq, alert, utc, camera, severity, state, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, '')",
        seq, alert.Id.Value, alert.Utc.ToDb(), alert.Camera.Value, (int)alert.Severity,
        (int)(isKept && IsWanted(alert) ? EvidenceState.Pending : EvidenceState.None));

    private SignedBatch? Seal(WriteContext context, EvidenceSealing sealing)
    {
        var session = context.Session;
        var seq = session.First("SELECT alert_seq FROM evidence WHERE alert = ?1 AND state = 0", row => (long?)row.GetInt64(0), sealing.Alert.Value)
            ?? throw new StoreException(StoreFault.Closed, $"alert {sealing.Alert} does not wait for evidence");
        var (signer, now) = (Signer, _clock.GetUtcNow());
        var manifest = sealing.Manifest(signer?.Address.Value ?? "");
        var digest = ManifestJson.Digest(manifest);
        var bytes = sealing.Artefacts.Sum(artefact => artefact.Statement.Size);
        var reason = signer is null ? Join("not signed: the box has no evidence key", sealing.Reason) : sealing.Reason;
        (long Batch, int Leaf)? place = signer is null ? null : _log.Append(session, digest, now);
        session.Execute(
            "UPDATE evidence SET state = ?2, reason = ?3, bytes = ?4, keep_until = ?5, sealed_at = ?6, digest = ?7, signer = ?8, "
            + "signature = ?9, batch = ?10, leaf = ?11, body = ?12 WHERE alert_seq = ?1",
            seq, (int)(reason.Length == 0 ? EvidenceState.Complete : EvidenceState.Partial), reason, bytes, sealing.KeepUntil.ToDb(), now.ToDb(),
            digest, signer?.Address.Value, signer?.Sign(PersonalMessage.Digest(digest)), place?.Batch, place?.Leaf,
            _keys.Seal(SealedFor.Manifest(sealing.Alert.Value), manifest));
        foreach (var artefact in sealing.Artefacts)
        {
            var statement = artefact.Statement;
            session.Execute(
                "INSERT INTO evidence_files (alert_seq, alert, name, media_type, bytes, path, key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                seq, sealing.Alert.Value, statement.Name, statement.MediaType, statement.Size, artefact.Path,
                _keys.Seal(SealedFor.Artefact(sealing.Alert.Value, statement.Name), artefact.Key));
        }

        session.Execute(
            "INSERT INTO evidence_days VALUES (?1, ?2, 1) ON CONFLICT (day) DO UPDATE SET bytes = bytes + ?2, records = records + 1",
            now.ToUnixTimeSeconds() / 86_400, bytes);
        return signer is not null && (sealing.CloseBatch || place?.Leaf == BatchHeader.MaxLeaves - 1) ? _log.Close(session, signer, now) : null;
    }

    private static string Join(string first, string second) => second.Length == 0 ? first : first + "; " + second;

    private static EvidenceRecord Read(SqliteDataReader row) => new(
        row.GetInt64(0), new(row.GetString(1)), Time.FromDb(row.GetInt64(2)), row.GetString(3), (EvidenceState)row.GetInt32(4), row.GetString(5),
        row.GetInt64(6), row.IsDBNull(7) ? null : Time.FromDb(row.GetInt64(7)), row.IsDBNull(8) ? null : row.GetString(8),
        row.IsDBNull(9) ? null : Time.FromDb(row.GetInt64(9)), row.IsDBNull(10) ? null : row.GetFieldValue<byte[]>(10),
        row.IsDBNull(11) ? null : row.GetString(11), row.IsDBNull(12) ? null : row.GetFieldValue<byte[]>(12),
        row.IsDBNull(13) ? null : row.GetInt64(13), row.IsDBNull(14) ? null : row.GetInt32(14), (PinState)row.GetInt32(15), row.GetString(16));
}
