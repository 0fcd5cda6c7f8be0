using System.Buffers.Binary;
using System.Numerics;

namespace Appliance.Learning.SecureAggregation;

/// <summary>
/// The masks of SecAgg+ as Flower makes them: the seed folded to 32 bits by XOR, Mersenne Twister, whole numbers from 0 to
/// <c>mod − 2</c> by masked rejection. 32 bits of entropy per mask: see docs/federation.md for what that protects against.
/// </summary>
internal sealed class MaskStream
{
    private readonly Mt19937 _random;
    private readonly ulong _most;
    private readonly ulong _mask;

    /// <param name="seed">A multiple of four bytes.</param>
    /// <param name="modulus">At least 2.</param>
    public MaskStream(ReadOnlySpan<byte> seed, long modulus)
    {
        uint folded = 0;
        for (var i = 0; i + 4 <= seed.Length; i += 4)
            folded ^= BinaryPrimitives.ReadUInt32LittleEndian(seed[i..]);
        _random = new(folded);
        _most = (ulong)modulus - 2;
        _mask = _most == 0 ? 0 : ulong.MaxValue >> BitOperations.LeadingZeroCount(_most);
    }

    public long Next()
    {
        if (_most == 0)
            return 0;
        while (true)
        {
            var value = _most <= uint.MaxValue ? _random.Next() : ((ulong)_random.Next() << 32) | _random.Next();
            if ((value & _mask) <= _most)
                return (long)(value & _mask);
        }
    }

    /// <summary>Adds (or takes away) the next masks, one per value, modulo <paramref name="modulus"/>.</summary>
    public void Apply(Span<long> values, long modulus, bool subtract)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var mask = Next();
            var sum = (values[i] + (subtract ? -mask : mask)) % modulus;
            values[i] = sum < 0 ? sum + modulus : sum;
        }
    }
}
