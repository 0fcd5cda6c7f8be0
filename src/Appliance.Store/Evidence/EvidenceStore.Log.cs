using System.Text;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence;
using Appliance.Core.Evidence.Anchoring;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;
using Appliance.Store.Audit;
using Appliance.Store.Database;
using Appliance.Store.Evidence.Log;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Evidence;

public sealed partial class EvidenceStore
{
    private const string KeyColumns = "number, address, first_batch, record, old_signature, new_signature";

    /// <summary>Closes the open batch when its first leaf is that old; null = it waits on, or has none.</summary>
    public async Task<SignedBatch?> CloseBatch(TimeSpan olderThan, CancellationToken cancel)
    {
        if (Signer is null)
            return null;

        var waiting = await _database.Read(_log.Waiting, cancel).ConfigureAwait(false);
        if (waiting.Leaves == 0 || _clock.GetUtcNow() - waiting.Since < olderThan)
            return null;

        var batch = await _database.Write(
            context => Signer is { } signer ? _log.Close(context.Session, signer, _clock.GetUtcNow()) : null, cancel).ConfigureAwait(false);
        if (batch is not null)
            BatchClosed?.Invoke(batch);
        return batch;
    }

    /// <summary>Null: not in the log, or its batch is still open.</summary>
    public Task<InclusionProof?> Prove(AlertId alert, CancellationToken cancel = default) => _database.Read(
        session => session.First(
            "SELECT batch, leaf FROM evidence WHERE alert = ?1 AND batch IS NOT NULL",
            row => ((long Batch, int Leaf)?)(row.GetInt64(0), row.GetInt32(1)), alert.Value) is { } place
            ? _log.Prove(session, place.Batch, place.Leaf)
            : null,
        cancel);

    /// <summary>Closed batches in order, for whoever anchors them.</summary>
    public Task<IReadOnlyList<SignedBatch>> Batches(long after, int limit, CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<SignedBatch>>(session => _log.After(session, after, limit), cancel);

    /// <summary>The log as a whole, up to a batch (null = the last closed one), and the box's signature over it.</summary>
    /// <returns>Null: no such batch, or no key.</returns>
    public Task<(LogHead Head, string Signer, byte[] Signature)?> Head(long? batches, CancellationToken cancel = default) =>
        _database.Read<(LogHead, string, byte[])?>(
            session =>
            {
                var last = _log.OpenBatch(session) - 1;
                if (Signer is not { } signer || (batches ?? last) is var wanted && (wanted < 0 || wanted > last))
                    return null;
                var head = new LogHead(_options.Device, wanted, Convert.ToHexStringLower(MerkleTree.Root(_log.HeadLeaves(session, wanted))));
                return (head, signer.Address.Value, signer.Sign(head.SignedDigest()));
            },
            cancel);

    /// <summary>That the log of <paramref name="later"/> batches begins with that of <paramref name="earlier"/>; null = there are not so many.</summary>
    public Task<IReadOnlyList<byte[]>?> Consistency(long earlier, long later, CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<byte[]>?>(
            session =>
            {
                if (earlier < 0 || earlier > later || later >= _log.OpenBatch(session))
                    return null;
                return MerkleTree.ConsistencyProof(_log.HeadLeaves(session, later), (int)earlier);
            },
            cancel);

    /// <summary>
    /// What the ledger answered. The same receipt again is fine; another one for the same batch is refused, and so is one that names another
    /// box, batch or root.
    /// </summary>
    public async Task<Change<SignedBatch>> AddReceipt(long batch, string receipt, Actor by, CancellationToken cancel = default) =>
        await _database.Write(
            context => _log.Find(context.Session, batch) is { } found
                ? AddReceipt(context.Session, found, receipt, by)
                : Change<SignedBatch>.NotFound(),
            cancel).ConfigureAwait(false);

    internal Change<SignedBatch> AddReceipt(Session session, SignedBatch batch, string receipt, Actor by)
    {
        if (AnchorReceipt.Contradiction(receipt, batch.Header) is { } contradiction)
            return Change<SignedBatch>.Refused($"the receipt does not belong to the batch: {contradiction}");
        if (batch.Receipt is not null)
        {
            return IsSame(batch.Receipt, receipt)
                ? Change<SignedBatch>.Done(batch)
                : Change<SignedBatch>.Refused("the batch has another receipt already");
        }

        session.Execute("UPDATE evidence_batches SET receipt = ?2 WHERE seq = ?1", batch.Header.Seq, receipt);
        session.Execute("DELETE FROM anchor_refusals WHERE kind = 0 AND position = ?1", batch.Header.Seq);
        _audit.Append(session, by, "evidence.receipt", $"batch {batch.Header.Seq}", "");
        return Change<SignedBatch>.Done(batch with { Receipt = receipt });
    }

    /// <summary>The box's evidence keys so far, oldest first.</summary>
    public Task<IReadOnlyList<KeyRecord>> Keys(CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<KeyRecord>>(AllKeys, cancel);

    /// <summary>
    /// Signs with <paramref name="signer"/> from now on. A key that the record does not know yet closes the open batch under the old
    /// one (where it is still there) and gets a record signed by both.
    /// </summary>
    public async Task Use(IEvidenceSigner signer, IEvidenceSigner? old, Actor by, CancellationToken cancel = default)
    {
        var closed = await _database.Write(
            context =>
            {
                var session = context.Session;
                var keys = AllKeys(session);
                SignedBatch? batch = null;
                if (keys.Count == 0 || keys[^1].Address != signer.Address.Value)
                {
                    var now = _clock.GetUtcNow();
                    var last = keys.Count == 0 ? null : keys[^1];
                    var former = last is not null && old?.Address.Value == last.Address ? old : null;
                    if (former is not null)
                        batch = _log.Close(session, former, now);
                    var statement = new KeyStatement(
                        _options.Device, keys.Count + 1, last?.Address ?? "", signer.Address.Value, _log.OpenBatch(session), now);
                    var record = statement.ToJson();
                    var digest = KeyStatement.SignedDigest(record);
                    session.Execute(
                        $"INSERT INTO evidence_keys ({KeyColumns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                        statement.Number, statement.NewAddress, statement.FirstBatch, record, former?.Sign(digest), signer.Sign(digest));
                    _audit.Append(
                        session, by, last is null ? "evidence.key_made" : "evidence.key_rotated", signer.Address.Value,
                        last is not null && former is null ? "without the signature of the key before" : "");
                }

                context.AfterCommit(() => Volatile.Write(ref _signer, signer));
                return batch;
            },
            cancel).ConfigureAwait(false);
        if (closed is not null)
            BatchClosed?.Invoke(closed);
        else
            Grown?.Invoke();
    }

    /// <summary>One and the same receipt may come over two ways, spelled differently.</summary>
    private static bool IsSame(string one, string other) => one == other || CanonicalJson.Transform(Encoding.UTF8.GetBytes(one)).AsSpan()
        .SequenceEqual(CanonicalJson.Transform(Encoding.UTF8.GetBytes(other)));

    private static List<KeyRecord> AllKeys(Session session) =>
        session.All($"SELECT {KeyColumns} FROM evidence_keys ORDER BY number", ReadKey);

    private static KeyRecord ReadKey(SqliteDataReader row) => new(
        row.GetInt32(0), row.GetString(1), row.GetInt64(2), row.GetFieldValue<byte[]>(3),
        row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4), row.GetFieldValue<byte[]>(5));
}
