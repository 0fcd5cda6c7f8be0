namespace Appliance.Capture.Encoding;

/// <summary>Encoded packets copied out of an <see cref="EncodedRing"/>; one stream, one timeline.</summary>
public sealed class EncodedClip
{
    private readonly byte[] _bytes;
    private readonly (EncodedPacket Packet, int Offset, int Length)[] _packets;

    internal EncodedClip(
        string caps, byte[] bytes, (EncodedPacket Packet, int Offset, int Length)[] packets, long next, bool isContinuation)
    {
        Caps = caps;
        _bytes = bytes;
        _packets = packets;
        Next = next;
        IsContinuation = isContinuation;
    }

    /// <summary>GStreamer caps of the packets (codec, stream format, codec data).</summary>
    public string Caps { get; }

    /// <summary>Number of packets, at least one.</summary>
    public int Count => _packets.Length;

    /// <summary>Where the next call to <see cref="EncodedRing.CopyFrom"/> continues without gap.</summary>
    public long Next { get; }

    /// <summary>
    /// It follows the asked-for position without gap, in the same stream; otherwise it begins with a key frame of its own.
    /// </summary>
    public bool IsContinuation { get; }

    /// <summary>Times and kind of packet <paramref name="index"/>.</summary>
    public EncodedPacket this[int index] => _packets[index].Packet;

    /// <summary>Bytes of packet <paramref name="index"/>.</summary>
    public ReadOnlySpan<byte> Bytes(int index) => Memory(index).Span;

    internal ReadOnlyMemory<byte> Memory(int index) => _bytes.AsMemory(_packets[index].Offset, _packets[index].Length);
}
