using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Native.GStreamer;

// The public, ABI-stable structures of GStreamer 1.x on 64-bit Linux, down to the fields that are read here.
// GStreamerLayoutTests compares them with what the library itself writes.

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GError
{
    public uint Domain;
    public int Code;
    public byte* Message;
}

[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct GstMiniObject
{
    [FieldOffset(16)]
    public uint Flags;
}

[StructLayout(LayoutKind.Explicit)]
internal struct GstBuffer
{
    internal const uint FlagCorrupted = 1 << 8;
    internal const uint FlagDeltaUnit = 1 << 13;

    [FieldOffset(0)]
    public GstMiniObject Object;

    [FieldOffset(72)]
    public ulong Pts;

    [FieldOffset(80)]
    public ulong Dts;

    [FieldOffset(88)]
    public ulong Duration;
}

[StructLayout(LayoutKind.Explicit)]
internal struct GstMessage
{
    internal const int Eos = 1 << 0;
    internal const int Error = 1 << 1;
    internal const int Warning = 1 << 2;

    [FieldOffset(64)]
    public int Type;

    [FieldOffset(80)]
    public nint Source;
}

[StructLayout(LayoutKind.Explicit)]
internal struct GstEvent
{
    // GST_EVENT_MAKE_TYPE (50, DOWNSTREAM | SERIALIZED | STICKY)
    internal const int Caps = (50 << 8) | 0b1110;

    [FieldOffset(64)]
    public int Type;
}

[StructLayout(LayoutKind.Explicit)]
internal struct GstQuery
{
    // GST_QUERY_MAKE_TYPE (140, DOWNSTREAM | SERIALIZED)
    internal const int Allocation = (140 << 8) | 0b110;

    [FieldOffset(64)]
    public int Type;
}

[StructLayout(LayoutKind.Explicit)]
internal struct GstPadProbeInfo
{
    internal const int Buffer = 1 << 4;
    internal const int EventDownstream = 1 << 6;
    internal const int QueryDownstream = 1 << 9;
    internal const int ReturnOk = 1;
    internal const int ReturnHandled = 4;

    [FieldOffset(0)]
    public int Type;

    [FieldOffset(16)]
    public nint Data;
}

[StructLayout(LayoutKind.Explicit, Size = 152)]
internal unsafe struct GstVideoInfo
{
    internal const int FormatI420 = 2;
    internal const int FormatNv12 = 23;

    /// <summary>Points to a GstVideoFormatInfo, whose first field is the format's number.</summary>
    [FieldOffset(0)]
    public int* Format;

    [FieldOffset(16)]
    public int Width;

    [FieldOffset(20)]
    public int Height;

    [FieldOffset(24)]
    public nuint Size;

    [FieldOffset(40)]
    public int ColorRange;

    [FieldOffset(44)]
    public int ColorMatrix;

    [FieldOffset(72)]
    public FourOffsets Offset;

    [FieldOffset(104)]
    public FourStrides Stride;
}

[StructLayout(LayoutKind.Explicit, Size = 664)]
internal struct GstVideoFrame
{
    internal const int MapRead = 1;

    [FieldOffset(0)]
    public GstVideoInfo Info;

    [FieldOffset(184)]
    public FourPointers Data;
}

[InlineArray(4)]
internal struct FourOffsets
{
    private nuint _first;
}

[InlineArray(4)]
internal struct FourStrides
{
    private int _first;
}

[InlineArray(4)]
internal struct FourPointers
{
    private nint _first;
}
