using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Appliance.Core.Evidence.Signatures;

/// <summary>
/// Who signed: the last 20 bytes of Keccak-256 over a secp256k1 public key, spelled <c>0x…</c> with the mixed-case checksum of
/// EIP-55. The spelling is the value, so equal addresses are equal texts.
/// </summary>
public readonly record struct EthereumAddress
{
    private const int HexDigits = 40;

    private EthereumAddress(string value) => Value = value;

    public string Value { get; }

    /// <param name="publicKey">64 bytes: x and y, big-endian, without the 0x04 before them.</param>
    public static EthereumAddress FromPublicKey(ReadOnlySpan<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, 64);
        return new(Checksum(Convert.ToHexStringLower(Keccak256.HashData(publicKey).AsSpan(12))));
    }

    /// <summary>
    /// Takes an address with a right checksum, or one all in lower or all in upper case, which has none. A wrong letter in the
    /// former is refused.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EthereumAddress address)
    {
        address = default;
        if (text is not { Length: HexDigits + 2 } || !text.StartsWith("0x", StringComparison.Ordinal))
            return false;

        var digits = text[2..];
        if (!digits.All(char.IsAsciiHexDigit))
            return false;

        var lower = digits.ToLowerInvariant();
        var spelled = Checksum(lower);
        if (digits != lower && digits != digits.ToUpperInvariant() && text != spelled)
            return false;

        address = new(spelled);
        return true;
    }

    public override string ToString() => Value ?? "";

    private static string Checksum(string lower)
    {
        var hash = Keccak256.HashData(Encoding.ASCII.GetBytes(lower));
        return string.Create(lower.Length + 2, (lower, hash), static (to, from) =>
        {
            "0x".CopyTo(to);
            for (var i = 0; i < from.lower.Length; i++)
            {
                var nibble = i % 2 == 0 ? from.hash[i / 2] >> 4 : from.hash[i / 2] & 0xf;
                to[i + 2] = nibble >= 8 ? char.ToUpperInvariant(from.lower[i]) : from.lower[i];
            }
        });
    }
}
