using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Appliance.Store.Watchlist;

/// <summary>
/// The cipher of a bundle: magic, header length, header (JSON), then chunks of AES-256-GCM. STREAM construction (Hoang,
/// Reyhanitabar, Rogaway, Vizár 2015): the nonce is a random prefix, the chunk's number and a mark on the last one, so that
/// chunks cannot be reordered, dropped or cut off. Every chunk authenticates the header.
/// </summary>
internal sealed class BundleCipher : IDisposable
{
    internal const int TagBytes = 16;
    internal const int MinPassphrase = 12;

    private const int Rounds = 600_000;
    private const int MaxRounds = 10_000_000;
    private const int ChunkBytes = 1 << 16;
    private const int PrefixBytes = 7;
    private const int MaxHeader = 4096;
    private const string Kdf = "PBKDF2-HMAC-SHA256";

    private readonly AesGcm _aes;
    private readonly byte[] _prefix;
    private readonly byte[] _bound;
    private uint _chunk;

    private BundleCipher(BundleHeader header, byte[] start, string passphrase)
    {
        var key = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passphrase), header.Salt, header.Rounds, HashAlgorithmName.SHA256, 32);
        _aes = new(key, TagBytes);
        CryptographicOperations.ZeroMemory(key);
        (_prefix, _bound, Chunk) = (header.NoncePrefix, SHA256.HashData(start), header.ChunkBytes);
    }

    /// <summary>Plain bytes per chunk; only the last is shorter.</summary>
    internal int Chunk { get; }

    private static ReadOnlySpan<byte> Magic => "WPWATCH1"u8;

    /// <summary>Writes the header.</summary>
    internal static BundleCipher Create(Stream target, string passphrase, DateTimeOffset now)
    {
        var header = new BundleHeader(
            1, Kdf, Rounds, RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(PrefixBytes), ChunkBytes, now);
        var json = JsonSerializer.SerializeToUtf8Bytes(header, StoreJson.Default.BundleHeader);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        byte[] start = [.. Magic, .. length, .. json];
        target.Write(start);
        return new(header, start, passphrase);
    }

    /// <summary>Reads the header.</summary>
    /// <exception cref="StoreException"><see cref="StoreFault.Tampered"/>: not a bundle, or of an unknown format.</exception>
    internal static BundleCipher Open(Stream source, string passphrase)
    {
        var fixedPart = new byte[Magic.Length + 4];
        if (source.ReadAtLeast(fixedPart, fixedPart.Length, throwOnEndOfStream: false) < fixedPart.Length
            || !fixedPart.AsSpan().StartsWith(Magic))
            throw new StoreException(StoreFault.Tampered, "this is not a watchlist bundle");
        var length = BinaryPrimitives.ReadInt32LittleEndian(fixedPart.AsSpan(Magic.Length));
        if (length is <= 0 or > MaxHeader)
            throw new StoreException(StoreFault.Tampered, "the header of the bundle is damaged");
        var json = new byte[length];
        if (source.ReadAtLeast(json, length, throwOnEndOfStream: false) < length)
            throw new StoreException(StoreFault.Tampered, "the bundle is cut off in its header");
        return new(Parse(json), [.. fixedPart, .. json], passphrase);
    }

    /// <summary><paramref name="target"/> takes the ciphertext and the tag.</summary>
    internal void Seal(ReadOnlySpan<byte> plain, bool isLast, Span<byte> target) => _aes.Encrypt(
        Nonce(isLast), plain, target[..plain.Length], target.Slice(plain.Length, TagBytes), _bound);

    /// <exception cref="StoreException"><see cref="StoreFault.Tampered"/>.</exception>
    internal void Open(ReadOnlySpan<byte> chunk, bool isLast, Span<byte> plain)
    {
        try
        {
            _aes.Decrypt(Nonce(isLast), chunk[..^TagBytes], chunk[^TagBytes..], plain, _bound);
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new StoreException(
                StoreFault.Tampered,
                _chunk == 1 ? "wrong passphrase, or the bundle was changed" : "the bundle was changed or cut off", error);
        }
    }

    public void Dispose() => _aes.Dispose();

    private static BundleHeader Parse(byte[] json)
    {
        BundleHeader? header;
        try
        {
            header = JsonSerializer.Deserialize(json, StoreJson.Default.BundleHeader);
        }
        catch (JsonException error)
        {
            throw new StoreException(StoreFault.Tampered, "the header of the bundle is damaged", error);
        }

        // The header is authenticated only once a chunk opens: what costs time or memory is bounded before.
        var isOurs = header is { Format: 1, Kdf: Kdf, Rounds: >= Rounds and <= MaxRounds, ChunkBytes: ChunkBytes, Salt.Length: 16 }
            && header.NoncePrefix.Length == PrefixBytes;
        return isOurs ? header! : throw new StoreException(StoreFault.Tampered, "the bundle has a format this program does not know");
    }

    private byte[] Nonce(bool isLast)
    {
        var nonce = new byte[12];
        _prefix.CopyTo(nonce, 0);
        BinaryPrimitives.WriteUInt32BigEndian(nonce.AsSpan(PrefixBytes), checked(_chunk++));
        nonce[11] = isLast ? (byte)1 : (byte)0;
        return nonce;
    }
}
