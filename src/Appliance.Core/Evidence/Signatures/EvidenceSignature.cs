using System.Diagnostics.CodeAnalysis;

namespace Appliance.Core.Evidence.Signatures;

/// <summary>A recoverable signature as Ethereum writes it: r (32), s (32, at most n/2), v (27 or 28); <c>0x</c> and 130 lower-case digits.</summary>
public static class EvidenceSignature
{
    public const int Bytes = 65;

    public static string Format(ReadOnlySpan<byte> signature) => "0x" + Convert.ToHexStringLower(signature);

    /// <summary>One spelling only: what is not written as <see cref="Format"/> writes it is refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out byte[]? signature)
    {
        signature = null;
        if (text is not { Length: 2 + (2 * Bytes) } || !text.StartsWith("0x", StringComparison.Ordinal))
            return false;
        if (!text.AsSpan(2).ContainsAnyExcept("0123456789abcdef"))
            signature = Convert.FromHexString(text.AsSpan(2));
        return signature is not null;
    }
}

/// <summary>Signs evidence with the box's secp256k1 key. Thread-safe.</summary>
public interface IEvidenceSigner
{
    EthereumAddress Address { get; }

    /// <summary>Signs a digest of 32 bytes; deterministic (RFC 6979), low s.</summary>
    byte[] Sign(ReadOnlySpan<byte> digest);
}

/// <summary>Finds out who signed. Thread-safe.</summary>
public interface ISignerRecovery
{
    /// <summary>Null: no signature of anybody over this digest, or one with high s.</summary>
    EthereumAddress? Recover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature);
}
