using System.Buffers.Binary;

namespace Appliance.Store.Evidence.Files;

/// <summary>
/// An encrypted artefact on disk: STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015) over AES-256-GCM. A header of 16 bytes
/// (<c>WPEV</c>, version, log₂ of the chunk, 3 zero bytes, nonce prefix of 7), then chunks of 64 KiB with a tag of 16 bytes each. The
/// nonce is prefix ‖ chunk number ‖ whether it is the last, the header is authenticated with every chunk: a chunk that was
/// changed, moved or is missing at the end does not open. Each file has a key of its own.
/// </summary>
internal static class SealedStream
{
    internal const int HeaderBytes = 16;
    internal const int ChunkBytes = 1 << ChunkBits;
    internal const int TagBytes = 16;
    internal const int KeyBytes = 32;
    internal const int NonceBytes = 12;

    private const int ChunkBits = 16;
    private const byte Version = 1;
    private const int PrefixAt = 9;
    private const int PrefixBytes = 7;

    internal static void WriteHeader(Span<byte> header, ReadOnlySpan<byte> prefix)
    {
        header.Clear();
        "WPEV"u8.CopyTo(header);
        header[4] = Version;
        header[5] = ChunkBits;
        prefix[..PrefixBytes].CopyTo(header[PrefixAt..]);
    }

    internal static bool IsHeader(ReadOnlySpan<byte> header) =>
        header.Length == HeaderBytes && header.StartsWith("WPEV"u8) && header[4] == Version && header[5] == ChunkBits
        && header[6] == 0 && header[7] == 0 && header[8] == 0;

    internal static void Nonce(Span<byte> nonce, ReadOnlySpan<byte> header, uint chunk, bool isLast)
    {
        header.Slice(PrefixAt, PrefixBytes).CopyTo(nonce);
        BinaryPrimitives.WriteUInt32BigEndian(nonce[PrefixBytes..], chunk);
        nonce[NonceBytes - 1] = (byte)(isLast ? 1 : 0);
    }
}
