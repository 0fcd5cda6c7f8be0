using System.Security.Cryptography;

namespace Appliance.Core;

/// <summary>
/// 26 characters of Crockford base 32: 48 bits of milliseconds, 80 random bits (github.com/ulid/spec). Sorts by time as text.
/// </summary>
public static class Ulid
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string New(DateTimeOffset now)
    {
        Span<byte> random = stackalloc byte[10];
        RandomNumberGenerator.Fill(random);
        return string.Create(26, (Time: now.ToUnixTimeMilliseconds(), Random: Convert.ToHexString(random)), static (text, state) =>
        {
            var time = state.Time;
            for (var i = 9; i >= 0; i--, time >>= 5)
                text[i] = Alphabet[(int)(time & 31)];

            var bits = UInt128.Parse(state.Random, System.Globalization.NumberStyles.HexNumber, null);
            for (var i = 25; i >= 10; i--, bits >>= 5)
                text[i] = Alphabet[(int)(bits & 31)];
        });
    }

    public static bool IsValid(string text) => text.Length == 26 && text[0] <= '7' && text.All(Alphabet.Contains);
}
