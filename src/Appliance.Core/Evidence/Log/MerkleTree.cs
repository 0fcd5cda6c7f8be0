using System.Numerics;
using System.Security.Cryptography;

namespace Appliance.Core.Evidence.Log;

/// <summary>
/// The Merkle tree of RFC 9162, section 2.1, over SHA-256: a leaf is SHA-256(0x00 ‖ entry), a node SHA-256(0x01 ‖ left ‖ right),
/// the left part takes the largest power of two below the number of leaves. All leaves passed in are leaf hashes.
/// </summary>
public static class MerkleTree
{
    public const int HashBytes = 32;

    /// <summary>Root of no leaves: SHA-256 of nothing.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    public static byte[] LeafHash(ReadOnlySpan<byte> entry) => SHA256.HashData([0x00, .. entry]);

    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> joined = stackalloc byte[1 + (2 * HashBytes)];
        joined[0] = 0x01;
        left.CopyTo(joined[1..]);
        right.CopyTo(joined[(1 + HashBytes)..]);
        return SHA256.HashData(joined);
    }

    public static byte[] Root(IReadOnlyList<byte[]> leaves) =>
        leaves.Count == 0 ? EmptyRoot : Root(leaves, 0, leaves.Count);

    /// <summary>Section 2.1.3.1: the siblings from the leaf upwards, at most ⌈log₂ n⌉.</summary>
    public static IReadOnlyList<byte[]> InclusionProof(IReadOnlyList<byte[]> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Count);
        var path = new List<byte[]>();
        Path(leaves, 0, leaves.Count, index, path);
        return path;
    }

    /// <summary>Section 2.1.3.2. True: the leaf is number <paramref name="index"/> of the <paramref name="size"/> under <paramref name="root"/>.</summary>
    public static bool VerifyInclusion(
        ReadOnlySpan<byte> leaf, long index, long size, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size || path.Any(hash => hash.Length != HashBytes))
            return false;

        var (node, last) = (index, size - 1);
        var hash = leaf.ToArray();
        foreach (var sibling in path)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = NodeHash(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = NodeHash(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>Section 2.1.4.1: proof that the first <paramref name="earlier"/> leaves were not changed since.</summary>
    public static IReadOnlyList<byte[]> ConsistencyProof(IReadOnlyList<byte[]> leaves, int earlier)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(earlier);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(earlier, leaves.Count);
        var proof = new List<byte[]>();
        if (earlier > 0 && earlier < leaves.Count)
            Subproof(leaves, 0, leaves.Count, earlier, isWhole: true, proof);
        return proof;
    }

    /// <summary>Section 2.1.4.2. True: the later log begins with the earlier one.</summary>
    public static bool VerifyConsistency(
        long earlier, ReadOnlySpan<byte> earlierRoot, long later, ReadOnlySpan<byte> laterRoot, IReadOnlyList<byte[]> proof)
    {
        if (earlier < 0 || earlier > later || proof.Any(hash => hash.Length != HashBytes))
            return false;
        if (earlier == later)
            return proof.Count == 0 && earlierRoot.SequenceEqual(laterRoot);
        if (earlier == 0)
            return proof.Count == 0 && earlierRoot.SequenceEqual(EmptyRoot);

        var at = 0;
        var (node, last) = (earlier - 1, later - 1);
        while ((node & 1) == 1)
            (node, last) = (node >> 1, last >> 1);
        if (!BitOperations.IsPow2(earlier) && proof.Count == 0)
            return false;

        var first = BitOperations.IsPow2(earlier) ? earlierRoot.ToArray() : proof[at++];
        var second = first;
        for (; at < proof.Count; at++)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                first = NodeHash(proof[at], first);
                second = NodeHash(proof[at], second);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                second = NodeHash(second, proof[at]);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && earlierRoot.SequenceEqual(first) && laterRoot.SequenceEqual(second);
    }

    private static byte[] Root(IReadOnlyList<byte[]> leaves, int from, int count)
    {
        if (count == 1)
            return leaves[from];
        var left = LeftOf(count);
        return NodeHash(Root(leaves, from, left), Root(leaves, from + left, count - left));
    }

    private static void Path(IReadOnlyList<byte[]> leaves, int from, int count, int index, List<byte[]> path)
    {
        if (count == 1)
            return;

        var left = LeftOf(count);
        if (index < left)
        {
            Path(leaves, from, left, index, path);
            path.Add(Root(leaves, from + left, count - left));
        }
        else
        {
            Path(leaves, from + left, count - left, index - left, path);
            path.Add(Root(leaves, from, left));
        }
    }

    private static void Subproof(IReadOnlyList<byte[]> leaves, int from, int count, int earlier, bool isWhole, List<byte[]> proof)
    {
        if (earlier == count)
        {
            if (!isWhole)
                proof.Add(Root(leaves, from, count));
            return;
        }

        var left = LeftOf(count);
        if (earlier <= left)
        {
            Subproof(leaves, from, left, earlier, isWhole, proof);
            proof.Add(Root(leaves, from + left, count - left));
        }
        else
        {
            Subproof(leaves, from + left, count - left, earlier - left, isWhole: false, proof);
            proof.Add(Root(leaves, from, left));
        }
    }

    private static int LeftOf(int count) => 1 << (31 - BitOperations.LeadingZeroCount((uint)(count - 1)));
}
