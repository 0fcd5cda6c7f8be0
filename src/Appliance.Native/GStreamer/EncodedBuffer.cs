namespace Appliance.Native.GStreamer;

/// <summary>Encoded bytes lent by a pipeline for the length of one call.</summary>
public readonly unsafe ref struct EncodedBuffer
{
    private readonly GstBuffer* _buffer;

    internal EncodedBuffer(GstBuffer* buffer)
    {
        _buffer = buffer;
        Length = (int)NativeMethods.gst_buffer_get_size(buffer);
    }

    /// <summary>Bytes.</summary>
    public int Length { get; }

    /// <summary>Nanoseconds; null if unknown.</summary>
    public long? Pts => Time(_buffer->Pts);

    /// <summary>Nanoseconds; null if unknown.</summary>
    public long? Dts => Time(_buffer->Dts);

    /// <summary>Nanoseconds; null if unknown.</summary>
    public long? Duration => Time(_buffer->Duration);

    /// <summary>Decoding can begin here.</summary>
    public bool IsKeyFrame => (_buffer->Object.Flags & GstBuffer.FlagDeltaUnit) == 0;

    /// <summary>Copies from <paramref name="offset"/> on until <paramref name="destination"/> is full or the bytes end.</summary>
    public int CopyTo(Span<byte> destination, int offset = 0)
    {
        fixed (byte* to = destination)
            return (int)NativeMethods.gst_buffer_extract(_buffer, (nuint)offset, to, (nuint)destination.Length);
    }

    private static long? Time(ulong value) => value == NativeMethods.ClockTimeNone ? null : (long)value;
}

/// <summary>Sees the encoded packets that pass one point of a pipeline. Called on its streaming thread.</summary>
public interface IEncodedTap
{
    /// <summary>The stream's caps, before its first packet and whenever they change.</summary>
    void OnCaps(string caps);

    /// <summary>One packet; <paramref name="buffer"/> is valid until the call returns.</summary>
    void OnPacket(in EncodedBuffer buffer);
}
