using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Store.Audit;

/// <summary>The hash of a row: SHA-256 over the hash before it and every field with its length before it.</summary>
internal static class AuditChain
{
    /// <summary>What comes before the first row.</summary>
    internal static readonly byte[] Start = new byte[SHA256.HashSizeInBytes];

    internal static byte[] Next(
        ReadOnlySpan<byte> previous, long seq, long at, string actor, string address, string action, string target, string summary)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        hash.AppendData(previous);
        foreach (var value in (ReadOnlySpan<long>)[seq, at])
        {
            BinaryPrimitives.WriteInt64BigEndian(number, value);
            hash.AppendData(number);
        }

        foreach (var text in (ReadOnlySpan<string>)[actor, address, action, target, summary])
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt64BigEndian(number, bytes.Length);
            hash.AppendData(number);
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }
}
