using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Native.Gpio;

/// <summary>Request numbers and flags of linux/gpio.h, uAPI v2: <c>_IOR/_IOWR(0xB4, nr, struct)</c>.</summary>
internal static class Uapi
{
    internal const int MaxLines = 64;

    internal const ulong FlagActiveLow = 1 << 1;
    internal const ulong FlagInput = 1 << 2;
    internal const ulong FlagOutput = 1 << 3;
    internal const ulong FlagEdgeRising = 1 << 4;
    internal const ulong FlagEdgeFalling = 1 << 5;
    internal const ulong FlagOpenDrain = 1 << 6;
    internal const ulong FlagBiasPullUp = 1 << 8;
    internal const ulong FlagBiasPullDown = 1 << 9;
    internal const ulong FlagBiasDisabled = 1 << 10;

    internal const uint AttributeFlags = 1;
    internal const uint AttributeOutputValues = 2;
    internal const uint AttributeDebounce = 3;
    internal const int MaxAttributes = 10;

    /// <summary>Inactive to active: polarity is applied.</summary>
    internal const uint EventRising = 1;

    internal const int EventSize = 48;

    internal static readonly nuint s_getChipInfo = Request(direction: 2, number: 0x01, Unsafe.SizeOf<ChipInfo>());
    internal static readonly nuint s_getLine = Request(direction: 3, number: 0x07, Unsafe.SizeOf<LineRequest>());
    internal static readonly nuint s_getValues = Request(direction: 3, number: 0x0E, Unsafe.SizeOf<LineValues>());
    internal static readonly nuint s_setValues = Request(direction: 3, number: 0x0F, Unsafe.SizeOf<LineValues>());

    private static nuint Request(uint direction, uint number, int size) =>
        direction << 30 | (uint)size << 16 | 0xB4u << 8 | number;
}

/// <summary><c>struct gpiochip_info</c>, 68 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ChipInfo
{
    internal Name Name;
    internal Name Label;
    internal uint Lines;
}

/// <summary><c>struct gpio_v2_line_values</c>, 16 bytes: bit n is the n-th requested line.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LineValues
{
    internal ulong Bits;
    internal ulong Mask;
}

/// <summary><c>struct gpio_v2_line_config_attribute</c>, 24 bytes, its attribute unfolded.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LineAttribute
{
    internal uint Id;
    internal uint Padding;

    /// <summary>A union: flags, values or (32 bit) the debounce period in µs.</summary>
    internal ulong Value;

    internal ulong Mask;
}

/// <summary><c>struct gpio_v2_line_config</c>, 272 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LineConfig
{
    internal ulong Flags;
    internal uint AttributeCount;
    internal Padding5 Padding;
    internal Attributes10 Attributes;
}

/// <summary><c>struct gpio_v2_line_request</c>, 592 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LineRequest
{
    internal Offsets64 Offsets;
    internal Name Consumer;
    internal LineConfig Config;
    internal uint LineCount;
    internal uint EventBufferSize;
    internal Padding5 Padding;
    internal int Descriptor;
}

/// <summary><c>struct gpio_v2_line_event</c>, 48 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LineEvent
{
    internal ulong TimestampNanoseconds;
    internal uint Id;
    internal uint Offset;
    internal uint Sequence;
    internal uint LineSequence;
    internal Padding6 Padding;
}

/// <summary><c>struct pollfd</c>, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    internal int Descriptor;
    internal short Events;
    internal short Returned;
}

[InlineArray(6)]
internal struct Padding6
{
    private uint _first;
}

[InlineArray(32)]
internal struct Name
{
    private byte _first;
}

[InlineArray(5)]
internal struct Padding5
{
    private uint _first;
}

[InlineArray(10)]
internal struct Attributes10
{
    private LineAttribute _first;
}

[InlineArray(Uapi.MaxLines)]
internal struct Offsets64
{
    private uint _first;
}
