using System.Security.Cryptography;

namespace Appliance.Store.Evidence.Files;

/// <summary>Encrypts what is written to it, chunk by chunk, without holding more than one. Used by one thread at a time.</summary>
internal sealed class SealedWriter : IDisposable
{
    private readonly Stream _to;
    private readonly AesGcm _aes;
    private readonly byte[] _header = new byte[SealedStream.HeaderBytes];
    private readonly byte[] _plain = new byte[SealedStream.ChunkBytes];
    private readonly byte[] _sealed = new byte[SealedStream.ChunkBytes + SealedStream.TagBytes];
    private int _filled;
    private uint _chunk;

    /// <param name="to">Stays the caller's.</param>
    /// <param name="key">32 bytes, used for this file only.</param>
    internal SealedWriter(Stream to, ReadOnlySpan<byte> key)
    {
        _to = to;
        _aes = new AesGcm(key, SealedStream.TagBytes);
        SealedStream.WriteHeader(_header, RandomNumberGenerator.GetBytes(SealedStream.NonceBytes));
        to.Write(_header);
    }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            // A full chunk waits for the next byte: only then it is known not to be the last.
            if (_filled == _plain.Length)
                Seal(isLast: false);
            var take = Math.Min(bytes.Length, _plain.Length - _filled);
            bytes[..take].CopyTo(_plain.AsSpan(_filled));
            _filled += take;
            bytes = bytes[take..];
        }
    }

    /// <summary>Writes the last chunk; without it the file is a cut-off one.</summary>
    internal void Finish() => Seal(isLast: true);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_plain);
        _aes.Dispose();
    }

    private void Seal(bool isLast)
    {
        Span<byte> nonce = stackalloc byte[SealedStream.NonceBytes];
        SealedStream.Nonce(nonce, _header, _chunk++, isLast);
        _aes.Encrypt(nonce, _plain.AsSpan(0, _filled), _sealed.AsSpan(0, _filled), _sealed.AsSpan(_filled, SealedStream.TagBytes), _header);
        _to.Write(_sealed.AsSpan(0, _filled + SealedStream.TagBytes));
        _filled = 0;
    }
}
