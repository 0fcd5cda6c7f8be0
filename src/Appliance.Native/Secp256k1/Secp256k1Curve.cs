using System.Security.Cryptography;

namespace Appliance.Native.Secp256k1;

/// <summary>
/// Recoverable ECDSA on secp256k1 with Debian's libsecp256k1: constant time, blinded with fresh randomness, deterministic nonces
/// (RFC 6979), low s. Thread-safe. Probed once: without the library every call throws and <see cref="WhyNot"/> says why.
/// </summary>
public static class Secp256k1Curve
{
    public const int KeyBytes = 32;
    public const int DigestBytes = 32;

    /// <summary>r, s, and v of 27 or 28.</summary>
    public const int SignatureBytes = 65;

    /// <summary>x and y of a public key, big-endian.</summary>
    public const int PublicKeyBytes = 64;

    private const byte FirstV = 27;

    private static readonly Lazy<(ContextHandle? Context, string? WhyNot)> s_probe = new(Probe);

    public static bool IsAvailable => s_probe.Value.WhyNot is null;

    /// <summary>Why it cannot be used; null when it can.</summary>
    public static string? WhyNot => s_probe.Value.WhyNot;

    private static ContextHandle Context => s_probe.Value.Context ?? throw new CryptographicException(s_probe.Value.WhyNot);

    /// <summary>Whether these bytes are a private key: 32 of them, not zero, below the order of the curve.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key) =>
        key.Length == KeyBytes && NativeMethods.secp256k1_ec_seckey_verify(Context, key) == 1;

    /// <summary>A new private key from the system's random numbers.</summary>
    public static byte[] MakeKey()
    {
        var key = new byte[KeyBytes];
        do
        {
            RandomNumberGenerator.Fill(key);
        }
        while (!IsKey(key));

        return key;
    }

    /// <exception cref="CryptographicException">Not a private key.</exception>
    public static byte[] PublicKeyOf(ReadOnlySpan<byte> key)
    {
        Require(IsKey(key), "these bytes are no private key of secp256k1");
        Span<byte> point = stackalloc byte[NativeMethods.PublicKeyBytes];
        Require(NativeMethods.secp256k1_ec_pubkey_create(Context, point, key) == 1, "the private key is refused");
        return Serialize(point);
    }

    /// <exception cref="CryptographicException">Not a private key.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, DigestBytes);
        Require(IsKey(key), "these bytes are no private key of secp256k1");
        Span<byte> opaque = stackalloc byte[NativeMethods.RecoverableBytes];
        Require(NativeMethods.secp256k1_ecdsa_sign_recoverable(Context, opaque, digest, key, 0, 0) == 1, "signing failed");
        var signature = new byte[SignatureBytes];
        NativeMethods.secp256k1_ecdsa_recoverable_signature_serialize_compact(Context, signature, out var recoveryId, opaque);
        // Ids 2 and 3 mean r wrapped around the order: as likely as guessing a key.
        Require(recoveryId is 0 or 1, "no Ethereum signature for this digest");
        signature[64] = (byte)(FirstV + recoveryId);
        return signature;
    }

    /// <summary>The public key that made the signature; null: nobody's, high s, or a v other than 27 and 28.</summary>
    public static byte[]? Recover(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, DigestBytes);
        if (signature.Length != SignatureBytes || signature[64] is not (FirstV or FirstV + 1))
            return null;

        Span<byte> plain = stackalloc byte[NativeMethods.SignatureBytes];
        if (NativeMethods.secp256k1_ecdsa_signature_parse_compact(Context, plain, signature[..64]) != 1
            || NativeMethods.secp256k1_ecdsa_signature_normalize(Context, 0, plain) == 1)
            return null;

        Span<byte> opaque = stackalloc byte[NativeMethods.RecoverableBytes];
        Span<byte> point = stackalloc byte[NativeMethods.PublicKeyBytes];
        return NativeMethods.secp256k1_ecdsa_recoverable_signature_parse_compact(Context, opaque, signature[..64], signature[64] - FirstV) == 1
            && NativeMethods.secp256k1_ecdsa_recover(Context, point, opaque, digest) == 1
                ? Serialize(point)
                : null;
    }

    private static byte[] Serialize(ReadOnlySpan<byte> point)
    {
        Span<byte> output = stackalloc byte[1 + PublicKeyBytes];
        var length = (nuint)output.Length;
        NativeMethods.secp256k1_ec_pubkey_serialize(Context, output, ref length, point, NativeMethods.Uncompressed);
        return output[1..].ToArray();
    }

    private static (ContextHandle? Context, string? WhyNot) Probe()
    {
        try
        {
            var context = NativeMethods.secp256k1_context_create(NativeMethods.ContextSignVerify);
            Span<byte> seed = stackalloc byte[32];
            RandomNumberGenerator.Fill(seed);
            if (NativeMethods.secp256k1_context_randomize(context, seed) != 1)
                return (null, "libsecp256k1 takes no randomness");
            CryptographicOperations.ZeroMemory(seed);
            // The recovery module is optional in the library's build: one call through it.
            Span<byte> opaque = stackalloc byte[NativeMethods.RecoverableBytes];
            NativeMethods.secp256k1_ecdsa_recoverable_signature_parse_compact(context, opaque, new byte[64], 0);
            return (context, null);
        }
        catch (DllNotFoundException)
        {
            return (null, $"{NativeMethods.Library} is missing (apt install libsecp256k1-1)");
        }
        catch (EntryPointNotFoundException)
        {
            return (null, $"{NativeMethods.Library} was built without the recovery module; Debian's libsecp256k1-1 has it");
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new CryptographicException(otherwise);
    }
}
