using System.Security.Cryptography;

namespace Appliance.Learning.Privacy;

/// <summary>Normal noise from the system's cryptographic random numbers (Box–Muller): a seed could be guessed.</summary>
public static class GaussianNoise
{
    public static void Add(Span<float> values, double sigma)
    {
        if (sigma <= 0)
            return;
        for (var i = 0; i < values.Length; i++)
            values[i] += (float)(sigma * Next());
    }

    private static double Next() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    // 53 bits in [0, 1).
    private static double Uniform()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return (BitConverter.ToUInt64(bytes) >> 11) * (1.0 / (1UL << 53));
    }
}
