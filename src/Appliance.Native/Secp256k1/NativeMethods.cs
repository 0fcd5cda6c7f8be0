using System.Runtime.InteropServices;

namespace Appliance.Native.Secp256k1;

/// <summary>Signatures of libsecp256k1 0.2 and later (secp256k1.h, secp256k1_recovery.h). Structs are opaque bytes of fixed size.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "libsecp256k1.so.1";

    /// <summary>SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY: needed before 0.2, ignored since.</summary>
    internal const uint ContextSignVerify = 0x0301;

    internal const uint Uncompressed = 0x02;
    internal const int PublicKeyBytes = 64;
    internal const int SignatureBytes = 64;
    internal const int RecoverableBytes = 65;

    [LibraryImport(Library)]
    internal static partial ContextHandle secp256k1_context_create(uint flags);

    [LibraryImport(Library)]
    internal static partial void secp256k1_context_destroy(nint context);

    [LibraryImport(Library)]
    internal static partial int secp256k1_context_randomize(ContextHandle context, ReadOnlySpan<byte> seed32);

    [LibraryImport(Library)]
    internal static partial int secp256k1_ec_seckey_verify(ContextHandle context, ReadOnlySpan<byte> key32);

    [LibraryImport(Library)]
    internal static partial int secp256k1_ec_pubkey_create(ContextHandle context, Span<byte> publicKey, ReadOnlySpan<byte> key32);

    [LibraryImport(Library)]
    internal static partial int secp256k1_ec_pubkey_serialize(
        ContextHandle context, Span<byte> output, ref nuint length, ReadOnlySpan<byte> publicKey, uint flags);

    [LibraryImport(Library)]
    internal static partial int secp256k1_ecdsa_sign_recoverable(
        ContextHandle context, Span<byte> signature, ReadOnlySpan<byte> digest32, ReadOnlySpan<byte> key32, nint nonceFunction, nint nonceData);

    [LibraryImport(Library)]
    internal static partial int secp256k1_ecdsa_recoverable_signature_serialize_compact(
        ContextHandle context, Span<byte> output64, out int recoveryId, ReadOnlySpan<byte> signature);

    [LibraryImport(Library)]
    internal static partial int secp256k1_ecdsa_recoverable_signature_parse_compact(
        ContextHandle context, Span<byte> signature, ReadOnlySpan<byte> input64, int recoveryId);

    [LibraryImport(Library)]
    internal static partial int secp256k1_ecdsa_signature_parse_compact(ContextHandle context, Span<byte> signature, ReadOnlySpan<byte> input64);

    /// <summary>With no output it only tells: 1 = s was high.</summary>
    [LibraryImport(Library)]
    internal static partial int secp256k1_ecdsa_signature_normalize(ContextHandle context, nint output, ReadOnlySpan<byte> signature);

    [LibraryImport(Library)]
    internal static partial int secp256k1_ecdsa_recover(
        ContextHandle context, Span<byte> publicKey, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> digest32);
}
