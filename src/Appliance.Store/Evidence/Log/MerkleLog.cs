using System.Text.Json;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;
using Appliance.Store.Database;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Evidence.Log;

/// <summary>
/// The box's evidence log in the database. Everything happens in the writer's transaction: a crash leaves a log in which every
/// leaf is in one batch, every closed batch is signed, and numbers have no gap.
/// </summary>
internal sealed class MerkleLog(string device, string headFile)
{
    private const string Columns = "seq, size, prev, root, signer, signature, closed_at, receipt";

    /// <summary>
    /// A database that was made anew goes on after the last header of the old one: a second batch of the same number would be
    /// equivocation. Called once, before the writer starts.
    /// </summary>
    internal void Resume(Session session)
    {
        if (session.Number("SELECT count(*) FROM evidence_batches") > 0 || !File.Exists(headFile))
            return;
        try
        {
            var head = JsonSerializer.Deserialize(File.ReadAllBytes(headFile), StoreJson.Default.LogHeadFile);
            if (head is null)
                return;
            var header = new BatchHeader(head.Device, head.Seq, head.Size, head.Prev, head.Root);
            Insert(session, header, head.Signer, Convert.FromHexString(head.Signature), head.ClosedAt);
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            // Half a file cannot be (it is renamed into place); one that was edited is as good as none.
        }
    }

    internal (long Batch, int Leaf) Append(Session session, byte[] digest, DateTimeOffset now)
    {
        var batch = OpenBatch(session);
        var leaf = (int)session.Number("SELECT count(*) FROM evidence_leaves WHERE batch = ?1", batch);
        session.Execute("INSERT INTO evidence_leaves VALUES (?1, ?2, ?3, ?4)", batch, leaf, digest, now.ToDb());
        return (batch, leaf);
    }

    internal long OpenBatch(Session session) => session.Number("SELECT coalesce(max(seq), 0) + 1 FROM evidence_batches");

    /// <summary>Leaves that wait, and when the first of them came.</summary>
    internal (int Leaves, DateTimeOffset Since) Waiting(Session session)
    {
        var (count, since) = session.First(
            "SELECT count(*), coalesce(min(added_at), 0) FROM evidence_leaves WHERE batch = ?1",
            row => (row.GetInt32(0), row.GetInt64(1)), OpenBatch(session));
        return (count, Time.FromDb(since));
    }

    /// <summary>Closes the open batch; null when it has no leaf.</summary>
    internal SignedBatch? Close(Session session, IEvidenceSigner signer, DateTimeOffset now)
    {
        var batch = OpenBatch(session);
        var leaves = Leaves(session, batch);
        if (leaves.Count == 0)
            return null;

        var before = Find(session, batch - 1)?.Header;
        var header = new BatchHeader(
            device, batch, leaves.Count, before is null ? BatchHeader.NoPrev : Convert.ToHexStringLower(before.Hash()),
            Convert.ToHexStringLower(MerkleTree.Root(leaves)));
        var signature = signer.Sign(header.SignedDigest());
        var signed = new SignedBatch(header, signer.Address.Value, signature, now.ToStored(), null);
        // Before the commit: nobody has seen the header yet, and a lost database must not give its number to another.
        DurableFile.Write(headFile, JsonSerializer.SerializeToUtf8Bytes(
            new LogHeadFile(
                device, header.Seq, header.Size, header.Prev, header.Root, signed.Signer, Convert.ToHexStringLower(signature), signed.ClosedAt),
            StoreJson.Default.LogHeadFile));
        Insert(session, header, signed.Signer, signature, now);
        return signed;
    }

    internal SignedBatch? Find(Session session, long seq) =>
        session.First($"SELECT {Columns} FROM evidence_batches WHERE seq = ?1", Read, seq);

    internal List<SignedBatch> After(Session session, long seq, int limit) =>
        session.All($"SELECT {Columns} FROM evidence_batches WHERE seq > ?1 ORDER BY seq LIMIT ?2", Read, seq, limit);

    /// <summary>Closed batches that have no receipt and were not refused.</summary>
    internal List<SignedBatch> Unanchored(Session session, long after, int limit) => session.All(
        $"SELECT {Columns} FROM evidence_batches WHERE receipt IS NULL AND seq > ?1 "
        + "AND NOT EXISTS (SELECT 1 FROM anchor_refusals WHERE kind = 0 AND position = seq) ORDER BY seq LIMIT ?2",
        Read, after, limit);

    internal InclusionProof? Prove(Session session, long batch, int leaf)
    {
        if (Find(session, batch) is not { } signed)
            return null;
        var leaves = Leaves(session, batch);
        return leaf < leaves.Count ? new(signed, leaf, MerkleTree.InclusionProof(leaves, leaf)) : null;
    }

    /// <summary>Entries of the tree over all batches up to <paramref name="batches"/>: the leaf hash of each header's hash.</summary>
    internal List<byte[]> HeadLeaves(Session session, long batches) => session.All(
        $"SELECT {Columns} FROM evidence_batches WHERE seq <= ?1 ORDER BY seq",
        row => MerkleTree.LeafHash(Read(row).Header.Hash()), batches);

    private List<byte[]> Leaves(Session session, long batch) => session.All(
        "SELECT digest FROM evidence_leaves WHERE batch = ?1 ORDER BY leaf",
        row => MerkleTree.LeafHash(row.GetFieldValue<byte[]>(0)), batch);

    private static void Insert(Session session, BatchHeader header, string signer, byte[] signature, DateTimeOffset now) => session.Execute(
        $"INSERT INTO evidence_batches ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)",
        header.Seq, header.Size, Convert.FromHexString(header.Prev), Convert.FromHexString(header.Root), signer, signature, now.ToDb());

    private SignedBatch Read(SqliteDataReader row) => new(
        new BatchHeader(
            device, row.GetInt64(0), row.GetInt32(1), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(2)),
            Convert.ToHexStringLower(row.GetFieldValue<byte[]>(3))),
        row.GetString(4), row.GetFieldValue<byte[]>(5), Time.FromDb(row.GetInt64(6)), row.IsDBNull(7) ? null : row.GetString(7));
}

/// <summary>The last closed header, beside the database.</summary>
internal sealed record LogHeadFile(
    string Device, long Seq, int Size, string Prev, string Root, string Signer, string Signature, DateTimeOffset ClosedAt);
