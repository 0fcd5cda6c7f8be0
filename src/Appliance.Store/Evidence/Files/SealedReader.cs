using System.Security.Cryptography;

namespace Appliance.Store.Evidence.Files;

/// <summary>
/// Reads an encrypted artefact from any position, one chunk in memory. The last chunk is opened at once, so that a cut-off file
/// never begins to be sent. Faults are <see cref="StoreException"/> with <see cref="StoreFault.Tampered"/> and what happened to which chunk.
/// </summary>
internal sealed class SealedReader : Stream
{
    private readonly Stream _from;
    private readonly string _name;
    private readonly AesGcm _aes;
    private readonly byte[] _header = new byte[SealedStream.HeaderBytes];
    private readonly byte[] _sealed = new byte[SealedStream.ChunkBytes + SealedStream.TagBytes];
    private readonly byte[] _plain = new byte[SealedStream.ChunkBytes];
    private readonly long _chunks;
    private long _open = -1;
    private long _position;

    /// <param name="from">Seekable; disposed with this.</param>
    /// <param name="key">Of this file.</param>
    /// <param name="name">For messages.</param>
    internal SealedReader(Stream from, ReadOnlySpan<byte> key, string name)
    {
        (_from, _name) = (from, name);
        _aes = new AesGcm(key, SealedStream.TagBytes);
        try
        {
            from.Position = 0;
            if (from.ReadAtLeast(_header, _header.Length, throwOnEndOfStream: false) < _header.Length)
                throw Tampered("is cut off within its header");
            if (!SealedStream.IsHeader(_header))
                throw Tampered("does not begin with the header of an artefact: its header was changed");

            const int whole = SealedStream.ChunkBytes + SealedStream.TagBytes;
            var body = from.Length - _header.Length;
            _chunks = (body + whole - 1) / whole;
            var last = body - ((_chunks - 1) * whole);
            if (_chunks == 0 || last < SealedStream.TagBytes || (last == SealedStream.TagBytes && _chunks > 1))
                throw Tampered("is cut off");
            Length = body - (_chunks * SealedStream.TagBytes);
            Open(_chunks - 1);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set => _position = ArgumentInRange(value);
    }

    public override int Read(Span<byte> buffer)
    {
        var done = 0;
        while (buffer.Length > 0 && _position < Length)
        {
            var chunk = _position / SealedStream.ChunkBytes;
            Open(chunk);
            var at = (int)(_position % SealedStream.ChunkBytes);
            var take = Math.Min(buffer.Length, PlainLength(chunk) - at);
            _plain.AsSpan(at, take).CopyTo(buffer);
            buffer = buffer[take..];
            _position += take;
            done += take;
        }

        return done;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            CryptographicOperations.ZeroMemory(_plain);
            _aes.Dispose();
            _from.Dispose();
        }

        base.Dispose(disposing);
    }

    private int PlainLength(long chunk) =>
        chunk < _chunks - 1 ? SealedStream.ChunkBytes : (int)(Length - ((_chunks - 1) * SealedStream.ChunkBytes));

    private void Open(long chunk)
    {
        if (chunk == _open)
            return;

        _open = -1;
        var length = PlainLength(chunk);
        _from.Position = _header.Length + (chunk * (SealedStream.ChunkBytes + SealedStream.TagBytes));
        if (_from.ReadAtLeast(_sealed.AsSpan(0, length + SealedStream.TagBytes), length + SealedStream.TagBytes, throwOnEndOfStream: false)
            < length + SealedStream.TagBytes)
            throw Tampered("was cut off while it was read");
        if (!TryOpen((uint)chunk, isLast: chunk == _chunks - 1, length))
            throw Tampered(WhyNot(chunk, length));
        _open = chunk;
    }

    private bool TryOpen(uint number, bool isLast, int length)
    {
        Span<byte> nonce = stackalloc byte[SealedStream.NonceBytes];
        SealedStream.Nonce(nonce, _header, number, isLast);
        try
        {
            _aes.Decrypt(nonce, _sealed.AsSpan(0, length), _sealed.AsSpan(length, SealedStream.TagBytes), _plain.AsSpan(0, length), _header);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>What fits this chunk instead says what happened to it.</summary>
    private string WhyNot(long chunk, int length)
    {
        if (chunk == _chunks - 1 && TryOpen((uint)chunk, isLast: false, length))
            return $"is cut off after chunk {chunk + 1}: more followed when it was written";
        for (uint other = 0; other < _chunks; other++)
        {
            if (other != chunk && (TryOpen(other, isLast: false, length) || TryOpen(other, isLast: true, length)))
                return $"was reordered: at chunk {chunk + 1} lies what was written as chunk {other + 1}";
        }

        return $"was changed in chunk {chunk + 1} of {_chunks} (bytes {chunk * SealedStream.ChunkBytes} to {(chunk * SealedStream.ChunkBytes) + length - 1})";
    }

    private long ArgumentInRange(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value;
    }

    private StoreException Tampered(string what) => new(StoreFault.Tampered, $"{_name} {what}");
}
