using System.Globalization;
using System.Text;
using Appliance.Core.Evidence.Signatures;

namespace Appliance.Core.Evidence.Log;

/// <summary>
/// What a box says of one closed batch of its evidence log. Signed as EIP-191 over <see cref="Hash"/>; this is what the
/// companion anchors and the contract <c>evidence</c> checks.
/// </summary>
/// <param name="Device">Serial number of the box; without <c>|</c>.</param>
/// <param name="Seq">From 1, without gaps.</param>
/// <param name="Size">Leaves in the batch, 1 to 1,000.</param>
/// <param name="Prev"><see cref="Hash"/> of the batch before, hexadecimal; 64 zeros for the first.</param>
/// <param name="Root">Root of the batch's <see cref="MerkleTree"/>, hexadecimal.</param>
public sealed record BatchHeader(string Device, long Seq, int Size, string Prev, string Root)
{
    public const int MaxLeaves = 1000;

    /// <summary><see cref="Prev"/> of the first batch.</summary>
    public static readonly string NoPrev = new('0', 64);

    /// <summary><c>evbatch-v1|device|seq|size|prev|root</c></summary>
    public string Message => string.Create(CultureInfo.InvariantCulture, $"evbatch-v1|{Device}|{Seq}|{Size}|{Prev}|{Root}");

    /// <summary>Keccak-256 of <see cref="Message"/> in UTF-8.</summary>
    public byte[] Hash() => Keccak256.HashData(Encoding.UTF8.GetBytes(Message));

    /// <summary>The 32 bytes that are signed.</summary>
    public byte[] SignedDigest() => PersonalMessage.Digest(Hash());
}

/// <summary>
/// The head of the whole log: an RFC 9162 tree whose entries are the hashes of the batch headers, in order. Whoever keeps one
/// can ask for a consistency proof later and sees whether anything before it was taken out or changed.
/// </summary>
/// <param name="Device">Serial number of the box.</param>
/// <param name="Batches">Closed batches.</param>
/// <param name="Root">Root over their header hashes, hexadecimal.</param>
public sealed record LogHead(string Device, long Batches, string Root)
{
    /// <summary><c>evlog-v1|device|batches|root</c></summary>
    public string Message => string.Create(CultureInfo.InvariantCulture, $"evlog-v1|{Device}|{Batches}|{Root}");

    public byte[] SignedDigest() => PersonalMessage.Digest(Keccak256.HashData(Encoding.UTF8.GetBytes(Message)));
}
