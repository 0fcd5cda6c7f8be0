using System.Runtime.CompilerServices;
using System.Text;
using Appliance.Native.Gpio;

namespace Appliance.UnitTests.Native.Gpio;

/// <summary>Sizes, offsets and request numbers as a C compiler gives them for linux/gpio.h (6.1), x64 and arm64 alike.</summary>
public sealed class UapiTests
{
    [Fact]
    public void Structs_Sizes_AreTheKernels()
    {
        Assert.Equal(68, Unsafe.SizeOf<ChipInfo>());
        Assert.Equal(16, Unsafe.SizeOf<LineValues>());
        Assert.Equal(24, Unsafe.SizeOf<LineAttribute>());
        Assert.Equal(272, Unsafe.SizeOf<LineConfig>());
        Assert.Equal(592, Unsafe.SizeOf<LineRequest>());
        Assert.Equal(48, Unsafe.SizeOf<LineEvent>());
        Assert.Equal(8, Unsafe.SizeOf<PollDescriptor>());
        Assert.Equal(Uapi.EventSize, Unsafe.SizeOf<LineEvent>());
    }

    [Fact]
    public void LineRequest_Offsets_AreTheKernels()
    {
        var request = new LineRequest();

        Assert.Equal(0, Offset(ref request, ref request.Offsets));
        Assert.Equal(256, Offset(ref request, ref request.Consumer));
        Assert.Equal(288, Offset(ref request, ref request.Config));
        Assert.Equal(288 + 32, Offset(ref request, ref request.Config.Attributes));
        Assert.Equal(560, Offset(ref request, ref request.LineCount));
        Assert.Equal(588, Offset(ref request, ref request.Descriptor));
    }

    [Fact]
    public void LineEvent_Offsets_AreTheKernels()
    {
        var edge = new LineEvent();

        Assert.Equal(8, Offset(ref edge, ref edge.Id));
        Assert.Equal(12, Offset(ref edge, ref edge.Offset));
        Assert.Equal(16, Offset(ref edge, ref edge.Sequence));
        Assert.Equal(20, Offset(ref edge, ref edge.LineSequence));
        Assert.Equal(24, Offset(ref edge, ref edge.Padding));
    }

    [Fact]
    public void Describe_Inputs_BothEdgesBiasAndDebounce()
    {
        var request = GpioInputs.Describe(
            [
                new(5, ActiveLow: true, GpioBias.PullUp, TimeSpan.FromMilliseconds(50)),
                new(6, ActiveLow: true, GpioBias.PullUp, TimeSpan.FromMilliseconds(50)),
                new(7, ActiveLow: false, GpioBias.PullDown, TimeSpan.Zero),
            ],
            "watchpost");

        Assert.Equal(3u, request.LineCount);
        // INPUT | EDGE_RISING | EDGE_FALLING = 0x34, ACTIVE_LOW = 0x2, BIAS_PULL_UP = 0x100, BIAS_PULL_DOWN = 0x200.
        Assert.Equal(0x136ul, request.Config.Flags);
        Assert.Equal(2u, request.Config.AttributeCount);
        Assert.Equal((1u, 0x234ul, 0b100ul), Of(request.Config.Attributes[0]));
        Assert.Equal((3u, 50_000ul, 0b011ul), Of(request.Config.Attributes[1]));
    }

    [Fact]
    public void Open_InputsOfNoChip_NamesIt() => Assert.Contains(
        "/dev/no-such-chip",
        Assert.Throws<GpioException>(
            () => GpioInputs.Open("/dev/no-such-chip", [new(0, false, GpioBias.AsIs, TimeSpan.Zero)], "test")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Requests_Numbers_AreTheKernels()
    {
        Assert.Equal(0x8044B401, (uint)Uapi.s_getChipInfo);
        Assert.Equal(0xC250B407, (uint)Uapi.s_getLine);
        Assert.Equal(0xC010B40E, (uint)Uapi.s_getValues);
        Assert.Equal(0xC010B40F, (uint)Uapi.s_setValues);
    }

    [Fact]
    public void Describe_MixedLines_OneAttributePerKindAndTheStartLevels()
    {
        var request = GpioOutputs.Describe(
            [
                new(17, ActiveLow: true, OpenDrain: false, Active: false),
                new(4, ActiveLow: false, OpenDrain: false, Active: true),
                new(27, ActiveLow: true, OpenDrain: false, Active: true),
            ],
            "watchpost");

        Assert.Equal(3u, request.LineCount);
        Assert.Equal([17u, 4u, 27u], ((ReadOnlySpan<uint>)request.Offsets)[..3].ToArray());
        Assert.Equal("watchpost\0", Encoding.UTF8.GetString(((ReadOnlySpan<byte>)request.Consumer)[..10]));
        Assert.Equal(3u, request.Config.AttributeCount);
        Assert.Equal((1u, 10ul, 0b101ul), Of(request.Config.Attributes[0]));
        Assert.Equal((1u, 8ul, 0b010ul), Of(request.Config.Attributes[1]));
        Assert.Equal((2u, 0b110ul, 0b111ul), Of(request.Config.Attributes[2]));
    }

    [Fact]
    public void Describe_SixtyFourLinesAndALongName_Fit()
    {
        var lines = Enumerable.Range(0, 64).Select(i => new GpioLine(i, i % 2 == 0, i % 3 == 0, true)).ToArray();

        var request = GpioOutputs.Describe(lines, new string('x', 80));

        Assert.Equal(64u, request.LineCount);
        Assert.Equal(ulong.MaxValue, request.Config.Attributes[(int)request.Config.AttributeCount - 1].Mask);
        Assert.Equal(0, request.Consumer[31]);
    }

    [Fact]
    public void Open_NoSuchChip_NamesIt()
    {
        var error = Assert.Throws<GpioException>(
            () => GpioOutputs.Open("/dev/no-such-chip", [new(0, false, false, false)], "test"));

        Assert.Equal(2, error.Errno);
        Assert.Contains("/dev/no-such-chip", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NotAGpioChip_Throws() =>
        Assert.Throws<GpioException>(() => GpioOutputs.Open("/dev/null", [new(0, false, false, false)], "test"));

    private static (uint Id, ulong Value, ulong Mask) Of(LineAttribute attribute) => (attribute.Id, attribute.Value, attribute.Mask);

    private static nint Offset<TStruct, T>(ref TStruct whole, ref T field) =>
        Unsafe.ByteOffset(ref Unsafe.As<TStruct, byte>(ref whole), ref Unsafe.As<T, byte>(ref field));
}
