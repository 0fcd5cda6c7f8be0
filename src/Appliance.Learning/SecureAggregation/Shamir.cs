using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Appliance.Learning.SecureAggregation;

/// <summary>
/// Shamir's secret sharing (1979) over <see cref="Gf128"/>: the secret is padded (PKCS#7) and cut into blocks of 16 bytes, each the
/// constant term of its own polynomial. A share: its number (32 bits, little-endian), then one element per block.
/// </summary>
internal static class Shamir
{
    internal const int BlockBytes = 16;
    internal const int IndexBytes = 4;

    /// <param name="secret">Any bytes.</param>
    /// <param name="threshold">Shares needed, 1 to <paramref name="count"/>.</param>
    /// <param name="count">Shares made, numbered from 1.</param>
    public static byte[][] Split(ReadOnlySpan<byte> secret, int threshold, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, threshold);
        var padded = Pad(secret);
        var blocks = padded.Length / BlockBytes;
        var shares = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            shares[i] = new byte[IndexBytes + padded.Length];
            BinaryPrimitives.WriteInt32LittleEndian(shares[i], i + 1);
        }

        Span<byte> coefficients = new byte[BlockBytes * (threshold - 1)];
        for (var block = 0; block < blocks; block++)
        {
            RandomNumberGenerator.Fill(coefficients);
            var constant = BinaryPrimitives.ReadUInt128BigEndian(padded.AsSpan(block * BlockBytes));
            for (var i = 0; i < count; i++)
            {
                UInt128 value = 0;
                for (var k = 0; k < threshold - 1; k++)
                    value = Gf128.Multiply(value, (UInt128)(i + 1)) ^ BinaryPrimitives.ReadUInt128BigEndian(coefficients[(k * BlockBytes)..]);
                value = Gf128.Multiply(value, (UInt128)(i + 1)) ^ constant;
                BinaryPrimitives.WriteUInt128BigEndian(shares[i].AsSpan(IndexBytes + (block * BlockBytes)), value);
            }
        }

        CryptographicOperations.ZeroMemory(padded);
        CryptographicOperations.ZeroMemory(coefficients);
        return shares;
    }

    private static byte[] Pad(ReadOnlySpan<byte> secret)
    {
        var add = BlockBytes - (secret.Length % BlockBytes);
        var padded = new byte[secret.Length + add];
        secret.CopyTo(padded);
        padded.AsSpan(secret.Length).Fill((byte)add);
        return padded;
    }
}
