using System.Buffers.Binary;
using System.Text.Json;

namespace Appliance.Store.Watchlist;

/// <summary>Writes items into a bundle. Without <see cref="Finish"/> the file lacks its last chunk and does not open.</summary>
internal sealed class BundleWriter(Stream target, BundleCipher cipher)
{
    private readonly byte[] _plain = new byte[cipher.Chunk];
    private readonly byte[] _sealed = new byte[cipher.Chunk + BundleCipher.TagBytes];
    private int _filled;

    internal async Task Write(BundleItem item, CancellationToken cancel)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(item, StoreJson.Default.BundleItem);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, json.Length);
        await Write(length, cancel).ConfigureAwait(false);
        await Write(json, cancel).ConfigureAwait(false);
    }

    internal async Task Finish(CancellationToken cancel)
    {
        await Flush(isLast: true, cancel).ConfigureAwait(false);
        await target.FlushAsync(cancel).ConfigureAwait(false);
    }

    private async Task Write(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        while (bytes.Length > 0)
        {
            // A full chunk waits for the byte after it: only then it is known not to be the last.
            if (_filled == _plain.Length)
                await Flush(isLast: false, cancel).ConfigureAwait(false);
            var take = Math.Min(bytes.Length, _plain.Length - _filled);
            bytes[..take].CopyTo(_plain.AsMemory(_filled));
            (bytes, _filled) = (bytes[take..], _filled + take);
        }
    }

    private async Task Flush(bool isLast, CancellationToken cancel)
    {
        var size = _filled + BundleCipher.TagBytes;
        cipher.Seal(_plain.AsSpan(0, _filled), isLast, _sealed.AsSpan(0, size));
        _filled = 0;
        await target.WriteAsync(_sealed.AsMemory(0, size), cancel).ConfigureAwait(false);
    }
}
