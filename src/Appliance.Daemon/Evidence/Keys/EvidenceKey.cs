using System.Security.Cryptography;
using Appliance.Core.Evidence.Signatures;
using Appliance.Native.Secp256k1;

namespace Appliance.Daemon.Evidence.Keys;

/// <summary>A secp256k1 key in memory. Thread-safe.</summary>
internal sealed class EvidenceKey : IEvidenceSigner, IDisposable
{
    private readonly byte[] _key;

    /// <exception cref="CryptographicException">Not a private key, or the library is missing.</exception>
    public EvidenceKey(ReadOnlySpan<byte> key)
    {
        Address = EthereumAddress.FromPublicKey(Secp256k1Curve.PublicKeyOf(key));
        _key = key.ToArray();
    }

    public EthereumAddress Address { get; }

    public static EvidenceKey Make() => new(Secp256k1Curve.MakeKey());

    /// <exception cref="CryptographicException">The text is not 64 hexadecimal digits of a private key.</exception>
    public static EvidenceKey Parse(string text)
    {
        var digits = text.Trim();
        if (digits.Length != 2 * Secp256k1Curve.KeyBytes || !digits.All(char.IsAsciiHexDigit))
            throw new CryptographicException("an evidence key is 64 hexadecimal digits");
        return new(Convert.FromHexString(digits));
    }

    public byte[] Sign(ReadOnlySpan<byte> digest) => Secp256k1Curve.Sign(digest, _key);

    /// <summary>As it lies in its file.</summary>
    public string ToText() => Convert.ToHexStringLower(_key);

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);
}

/// <summary>Who signed, by libsecp256k1.</summary>
internal sealed class SignerRecovery : ISignerRecovery
{
    public static readonly SignerRecovery Instance = new();

    public EthereumAddress? Recover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) =>
        Secp256k1Curve.Recover(digest, signature) is { } key ? EthereumAddress.FromPublicKey(key) : null;
}
