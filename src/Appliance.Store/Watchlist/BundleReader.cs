using System.Buffers.Binary;
using System.Text.Json;

namespace Appliance.Store.Watchlist;

/// <summary>Reads the items of a bundle. Every byte it returns was authenticated; the end is only known when it returns null.</summary>
internal sealed class BundleReader(Stream source, BundleCipher cipher)
{
    // A photo of 32 MiB in base64, and its templates.
    private const int MaxItem = 64 << 20;

    private readonly byte[] _sealed = new byte[cipher.Chunk + BundleCipher.TagBytes + 1];
    private readonly byte[] _plain = new byte[cipher.Chunk];
    private int _carried;
    private int _from;
    private int _to;
    private bool _ended;

    /// <summary>Null at the end.</summary>
    /// <exception cref="StoreException"><see cref="StoreFault.Tampered"/>.</exception>
    internal async Task<BundleItem?> Read(CancellationToken cancel)
    {
        var length = new byte[4];
        if (!await Fill(length, endsHere: true, cancel).ConfigureAwait(false))
            return null;
        var size = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (size is <= 0 or > MaxItem)
            throw Malformed();
        var json = new byte[size];
        await Fill(json, endsHere: false, cancel).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(json, StoreJson.Default.BundleItem) ?? throw Malformed();
        }
        catch (JsonException error)
        {
            throw Malformed(error);
        }
    }

    internal static StoreException Malformed(Exception? inner = null) =>
        new(StoreFault.Tampered, "the bundle opens but its content makes no sense", inner);

    private async Task<bool> Fill(Memory<byte> target, bool endsHere, CancellationToken cancel)
    {
        var whole = target.Length;
        while (target.Length > 0)
        {
            if (_from == _to && !await Next(cancel).ConfigureAwait(false))
                return endsHere && target.Length == whole ? false : throw Malformed();
            var take = Math.Min(target.Length, _to - _from);
            _plain.AsMemory(_from, take).CopyTo(target);
            (target, _from) = (target[take..], _from + take);
        }

        return true;
    }

    /// <summary>Reads one byte past the chunk, which tells whether it is the last.</summary>
    private async Task<bool> Next(CancellationToken cancel)
    {
        while (!_ended)
        {
            var chunk = cipher.Chunk + BundleCipher.TagBytes;
            var got = _carried + await source.ReadAtLeastAsync(
                _sealed.AsMemory(_carried), _sealed.Length - _carried, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
            _ended = got <= chunk;
            var size = Math.Min(got, chunk);
            if (size < BundleCipher.TagBytes)
                throw new StoreException(StoreFault.Tampered, "the bundle is cut off");
            cipher.Open(_sealed.AsSpan(0, size), _ended, _plain.AsSpan(0, size - BundleCipher.TagBytes));
            (_from, _to) = (0, size - BundleCipher.TagBytes);
            _carried = got - size;
            if (_carried > 0)
                _sealed[0] = _sealed[chunk];
            if (_to > 0)
                return true;
        }

        return false;
    }
}
