using System.Buffers.Binary;
using Appliance.Learning.SecureAggregation;

namespace Appliance.UnitTests.Learning.SecureAggregation;

/// <summary>The server's half of <see cref="Shamir"/>: Lagrange interpolation at 0.</summary>
internal static class ShamirCombine
{
    public static byte[] Combine(byte[][] shares)
    {
        var at = shares.Select(share => (UInt128)(uint)BinaryPrimitives.ReadInt32LittleEndian(share)).ToArray();
        var blocks = (shares[0].Length - Shamir.IndexBytes) / Shamir.BlockBytes;
        var secret = new byte[blocks * Shamir.BlockBytes];
        for (var block = 0; block < blocks; block++)
        {
            UInt128 sum = 0;
            for (var i = 0; i < shares.Length; i++)
            {
                var term = BinaryPrimitives.ReadUInt128BigEndian(shares[i].AsSpan(Shamir.IndexBytes + (block * Shamir.BlockBytes)));
                for (var j = 0; j < shares.Length; j++)
                {
                    if (j != i)
                        term = Gf128.Multiply(term, Gf128.Multiply(at[j], Inverse(at[i] ^ at[j])));
                }

                sum ^= term;
            }

            BinaryPrimitives.WriteUInt128BigEndian(secret.AsSpan(block * Shamir.BlockBytes), sum);
        }

        var padding = secret[^1];
        return padding is > 0 and <= Shamir.BlockBytes ? secret[..^padding] : secret;
    }

    // a^(2^128 - 2).
    private static UInt128 Inverse(UInt128 a)
    {
        UInt128 result = 1;
        for (var i = 0; i < 127; i++)
        {
            a = Gf128.Multiply(a, a);
            result = Gf128.Multiply(result, a);
        }

        return result;
    }
}
