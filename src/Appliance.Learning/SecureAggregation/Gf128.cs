namespace Appliance.Learning.SecureAggregation;

/// <summary>Arithmetic in GF(2^128) with x^128 + x^7 + x^2 + x + 1, as PyCryptodome's Shamir uses it. Addition is XOR.</summary>
internal static class Gf128
{
    private const uint Reduction = 0x87;

    public static UInt128 Multiply(UInt128 a, UInt128 b)
    {
        UInt128 product = 0;
        for (; b != 0; b >>= 1)
        {
            if ((b & 1) != 0)
                product ^= a;
            var carry = (a >> 127) != 0;
            a <<= 1;
            if (carry)
                a ^= Reduction;
        }

        return product;
    }
}
