using Appliance.Native.GStreamer;

namespace Appliance.Capture.Encoding;

/// <summary>
/// The last seconds of a camera's encoded video in one ring of bytes. Bounded by time and by size; what leaves, leaves as
/// whole groups of pictures, so that the oldest packet is always a key frame. Thread-safe.
/// </summary>
public sealed class EncodedRing
{
    private const int FirstSize = 1 << 20;

    private readonly Lock _lock = new();
    private byte[] _bytes = [];
    private Entry[] _entries = new Entry[256];
    private int _first;      // index of the oldest entry
    private int _count;
    private int _keyFrames;
    private int _writeAt;    // where in _bytes the next packet goes if it fits
    private long _sequence;  // of the oldest entry
    private string _caps = "";
    private string? _newCaps;

    /// <param name="length">How much video is kept at least, if <paramref name="capacity"/> allows; zero keeps nothing.</param>
    /// <param name="capacity">Most bytes it may take; it takes them only as they are needed.</param>
    public EncodedRing(TimeSpan length, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Length = length;
        Capacity = capacity;
    }

    /// <summary>How much video is kept at least, if <see cref="Capacity"/> allows.</summary>
    public TimeSpan Length { get; }

    /// <summary>Most bytes it may take.</summary>
    public int Capacity { get; }

    /// <summary>Packets kept now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>
    /// A stream begins, or its format changes. What is kept stays until the new stream's first key frame: the seconds before
    /// a camera was lost are the interesting ones.
    /// </summary>
    public void Begin(string caps)
    {
        lock (_lock)
            _newCaps = caps;
    }

    /// <summary>
    /// The running stream describes itself anew. Parsers do that when they learn the frame rate; only another picture size or
    /// a format whose key frames lack the parameter sets begins a new stream.
    /// </summary>
    public void Amend(string caps)
    {
        lock (_lock)
        {
            var known = _newCaps ?? _caps;
            if (!IsByteStream(caps) || Dimension(caps, "width=") != Dimension(known, "width=")
                || Dimension(caps, "height=") != Dimension(known, "height="))
            {
                if (caps != known)
                    _newCaps = caps;
            }
            else if (_newCaps is not null)
            {
                _newCaps = caps;
            }
            else
            {
                _caps = caps;
            }
        }
    }

    /// <summary>Keeps a copy of one packet. A delta frame with no key frame before it is not kept: it could not be decoded.</summary>
    public void Append(EncodedPacket packet, ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (TryReserve(packet, bytes.Length, out var room))
                bytes.CopyTo(room);
        }
    }

    /// <summary>Copies what is kept from <paramref name="from"/> (wall clock) on, beginning at the key frame before it.</summary>
    /// <returns>Null when nothing is kept.</returns>
    public EncodedClip? CopySince(DateTimeOffset from)
    {
        lock (_lock)
        {
            var start = 0;
            for (var i = 1; i < _count && Entries(i).Packet.CapturedAt <= from; i++)
            {
                if (Entries(i).Packet.IsKeyFrame)
                    start = i;
            }

            return _count == 0 ? null : Copy(start, isContinuation: false);
        }
    }

    /// <summary>
    /// Copies what came after an earlier clip's <see cref="EncodedClip.Next"/>. When that has been overwritten or the stream
    /// has changed, copies all there is; see <see cref="EncodedClip.IsContinuation"/>.
    /// </summary>
    /// <returns>Null when nothing new has come.</returns>
    public EncodedClip? CopyFrom(long next)
    {
        lock (_lock)
        {
            if (next >= _sequence + _count)
                return null;
            return next >= _sequence ? Copy((int)(next - _sequence), isContinuation: true) : Copy(0, isContinuation: false);
        }
    }

    /// <summary>The same as the public one, straight from GStreamer's memory.</summary>
    internal void Append(EncodedPacket packet, in EncodedBuffer buffer)
    {
        lock (_lock)
        {
            if (TryReserve(packet, buffer.Length, out var room))
                buffer.CopyTo(room);
        }
    }

    private ref Entry Entries(int index) => ref _entries[(_first + index) % _entries.Length];

    private bool TryReserve(EncodedPacket packet, int length, out Span<byte> room)
    {
        room = default;
        if (Length == TimeSpan.Zero || length == 0)
            return false;

        if (packet.IsKeyFrame && _newCaps is not null)
        {
            DropAll();
            _sequence++; // a gap: an earlier position does not continue here
            _caps = _newCaps;
            _newCaps = null;
        }

        if (_newCaps is not null || (_count == 0 && !packet.IsKeyFrame))
            return false;
        if (!TryMakeRoom(length, packet.IsKeyFrame))
            return false;

        if (_count == _entries.Length)
            GrowEntries();
        Entries(_count++) = new Entry(packet, _writeAt, length);
        _keyFrames += packet.IsKeyFrame ? 1 : 0;
        room = _bytes.AsSpan(_writeAt, length);
        _writeAt += length;
        DropOld(packet);
        return true;
    }

    // Packets lie contiguously. Free is [_writeAt, oldest) when wrapped, otherwise [_writeAt, end) and [0, oldest).
    private bool TryMakeRoom(int length, bool isKeyFrame)
    {
        while (true)
        {
            if (_count == 0)
            {
                _writeAt = 0;
                if (length <= _bytes.Length)
                    return true;
            }
            else
            {
                var oldest = Entries(0).Offset;
                var isWrapped = _writeAt <= oldest;
                if (_writeAt + length <= (isWrapped ? oldest : _bytes.Length))
                    return true;
                if (!isWrapped && length <= oldest)
                {
                    _writeAt = 0;
                    return true;
                }
            }

            if (TryGrow(length))
                continue;
            if (_count == 0)
                return false; // larger than the whole ring

            DropGroup();
            if (_count == 0 && !isKeyFrame)
                return false; // its own key frame had to go: nothing until the next one
        }
    }

    private bool TryGrow(int length)
    {
        if (_bytes.Length >= Capacity)
            return false;

        var wanted = Math.Max(Math.Max(FirstSize, 2L * _bytes.Length), 2L * length);
        var grown = GC.AllocateUninitializedArray<byte>((int)Math.Min(wanted, Capacity));
        var at = 0;
        for (var i = 0; i < _count; i++)
        {
            ref var entry = ref Entries(i);
            _bytes.AsSpan(entry.Offset, entry.Length).CopyTo(grown.AsSpan(at));
            entry = entry with { Offset = at };
            at += entry.Length;
        }

        _bytes = grown;
        _writeAt = at;
        return true;
    }

    private void GrowEntries()
    {
        var grown = new Entry[2 * _entries.Length];
        for (var i = 0; i < _count; i++)
            grown[i] = Entries(i);
        _entries = grown;
        _first = 0;
    }

    private void DropOld(in EncodedPacket newest)
    {
        while (_keyFrames > 1 && Time(newest) - Time(Entries(NextKeyFrame()).Packet) >= Length)
            DropGroup();
    }

    private int NextKeyFrame()
    {
        for (var i = 1; i < _count; i++)
        {
            if (Entries(i).Packet.IsKeyFrame)
                return i;
        }

        return _count;
    }

    private void DropGroup()
    {
        var length = NextKeyFrame();
        _first = (_first + length) % _entries.Length;
        _sequence += length;
        _count -= length;
        _keyFrames--;
    }

    private void DropAll()
    {
        _sequence += _count;
        (_first, _count, _keyFrames, _writeAt) = (0, 0, 0, 0);
    }

    private EncodedClip Copy(int start, bool isContinuation)
    {
        var total = 0;
        for (var i = start; i < _count; i++)
            total += Entries(i).Length;

        var bytes = GC.AllocateUninitializedArray<byte>(total);
        var packets = new (EncodedPacket, int, int)[_count - start];
        var at = 0;
        for (var i = start; i < _count; i++)
        {
            ref var entry = ref Entries(i);
            _bytes.AsSpan(entry.Offset, entry.Length).CopyTo(bytes.AsSpan(at));
            packets[i - start] = (entry.Packet, at, entry.Length);
            at += entry.Length;
        }

        return new EncodedClip(_caps, bytes, packets, _sequence + _count, isContinuation);
    }

    private static bool IsByteStream(string caps) => caps.Contains("byte-stream", StringComparison.Ordinal);

    private static string Dimension(string caps, string field)
    {
        var at = caps.IndexOf(field, StringComparison.Ordinal);
        if (at < 0)
            return "";
        var end = caps.IndexOf(',', at);
        return end < 0 ? caps[at..] : caps[at..end];
    }

    // Stream time where there is one: the wall clock can jump.
    private static TimeSpan Time(in EncodedPacket packet) =>
        packet.Dts ?? packet.Pts ?? packet.CapturedAt - DateTimeOffset.UnixEpoch;

    private readonly record struct Entry(EncodedPacket Packet, int Offset, int Length);
}
