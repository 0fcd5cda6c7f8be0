using System.Security.Cryptography;

namespace Appliance.Core.Evidence.Content;

/// <summary>
/// The address that <c>ipfs add --cid-version=1</c> gives a file, worked out while its bytes pass by: CIDv1, SHA-256, raw leaves
/// of 256 KiB, balanced tree of 174 links (UnixFS in dag-pb). Keeps one hash per 256 KiB. Used by one thread at a time.
/// </summary>
public sealed class UnixFsCid : IDisposable
{
    private const int ChunkBytes = 256 * 1024;
    private const int MaxLinks = 174;
    private const byte Raw = 0x55;
    private const byte DagPb = 0x70;

    private readonly IncrementalHash _chunk = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<Node> _leaves = [];
    private int _inChunk;

    public static string Of(ReadOnlySpan<byte> file)
    {
        using var cid = new UnixFsCid();
        cid.Append(file);
        return cid.Finish();
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_inChunk == ChunkBytes)
                CloseChunk();
            var take = Math.Min(bytes.Length, ChunkBytes - _inChunk);
            _chunk.AppendData(bytes[..take]);
            _inChunk += take;
            bytes = bytes[take..];
        }
    }

    /// <summary>The address in base32, <c>b…</c>. Nothing is appended after it.</summary>
    public string Finish()
    {
        if (_inChunk > 0 || _leaves.Count == 0)
            CloseChunk();
        var level = _leaves;
        while (level.Count > 1)
            level = [.. level.Chunk(MaxLinks).Select(Join)];
        return "b" + Base32.Encode(level[0].Cid);
    }

    public void Dispose() => _chunk.Dispose();

    private void CloseChunk()
    {
        _leaves.Add(new(CidOf(Raw, _chunk.GetHashAndReset()), (ulong)_inChunk, (ulong)_inChunk));
        _inChunk = 0;
    }

    /// <summary>A dag-pb node: links in order, each with an empty name, then the UnixFS entry of type file without data of its own.</summary>
    private static Node Join(Node[] children)
    {
        var links = new ProtoBytes();
        var file = new ProtoBytes();
        file.Varint(1, 2);
        file.Varint(3, Sum(children, child => child.FileBytes));
        foreach (var child in children)
        {
            file.Varint(4, child.FileBytes);
            var link = new ProtoBytes();
            link.Bytes(1, child.Cid);
            link.Bytes(2, []);
            link.Varint(3, child.TreeBytes);
            links.Bytes(2, link.ToArray());
        }

        links.Bytes(1, file.ToArray());
        var block = links.ToArray();
        return new(
            CidOf(DagPb, SHA256.HashData(block)), Sum(children, child => child.FileBytes),
            (ulong)block.Length + Sum(children, child => child.TreeBytes));
    }

    private static ulong Sum(Node[] nodes, Func<Node, ulong> of) => nodes.Aggregate(0ul, (sum, node) => sum + of(node));

    private static byte[] CidOf(byte codec, byte[] sha256) => [1, codec, 0x12, 32, .. sha256];

    private readonly record struct Node(byte[] Cid, ulong FileBytes, ulong TreeBytes);

    /// <summary>The two kinds of protobuf field that UnixFS uses.</summary>
    private sealed class ProtoBytes
    {
        private readonly List<byte> _bytes = [];

        public void Varint(int field, ulong value)
        {
            Raw((ulong)(field << 3));
            Raw(value);
        }

        public void Bytes(int field, byte[] value)
        {
            Raw((ulong)((field << 3) | 2));
            Raw((ulong)value.Length);
            _bytes.AddRange(value);
        }

        public byte[] ToArray() => [.. _bytes];

        private void Raw(ulong value)
        {
            for (; value >= 0x80; value >>= 7)
                _bytes.Add((byte)(value | 0x80));
            _bytes.Add((byte)value);
        }
    }
}
