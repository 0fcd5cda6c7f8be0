using System.Text;

namespace Appliance.Native.Gpio;

/// <summary>How one line is driven.</summary>
/// <param name="Offset">Number of the line on its chip.</param>
/// <param name="ActiveLow">Active means low voltage (most relay boards).</param>
/// <param name="OpenDrain">Pull low or float, never drive high.</param>
/// <param name="Active">Level from the first moment on, so that a relay does not click at start.</param>
public sealed record GpioLine(int Offset, bool ActiveLow, bool OpenDrain, bool Active);

/// <summary>
/// Output lines of one GPIO chip through the kernel's character device, uAPI v2 (since Linux 5.10, the same on every board).
/// The lines belong to this process until disposed; what level a line keeps after that is up to the chip's driver, so
/// whoever wants a defined level sets it first.
/// </summary>
public sealed class GpioOutputs : IDisposable
{
    private readonly GpioDescriptor _lines;
    private readonly int _count;
    private readonly string _chip;

    private GpioOutputs(GpioDescriptor lines, int count, string chip)
    {
        _lines = lines;
        _count = count;
        _chip = chip;
    }

    /// <summary>Takes the lines as outputs, all in one request: 1 to 64, each offset once.</summary>
    /// <param name="chip">Device, e.g. <c>/dev/gpiochip0</c>.</param>
    /// <param name="lines">What to drive; <see cref="Set"/> counts them in this order.</param>
    /// <param name="consumer">Name that <c>gpioinfo</c> shows, at most 31 bytes.</param>
    /// <exception cref="GpioException">No such chip or line, no permission, or the line is in use (EBUSY).</exception>
    public static GpioOutputs Open(string chip, IReadOnlyList<GpioLine> lines, string consumer)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lines.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lines.Count, Uapi.MaxLines);
        var request = Describe(lines, consumer);

        using var device = new GpioDescriptor(GpioException.ThrowIfFailed(
            NativeMethods.Open(chip, NativeMethods.ReadWrite | NativeMethods.CloseOnExec), $"open {chip}"));
        GpioException.ThrowIfFailed(
            NativeMethods.Ioctl(device, Uapi.s_getLine, ref request),
            $"{chip}: take lines {string.Join(", ", lines.Select(line => line.Offset))}");
        return new(new GpioDescriptor(request.Descriptor), lines.Count, chip);
    }

    /// <summary>How many lines a chip has.</summary>
    /// <exception cref="GpioException">No such chip, or not a GPIO chip.</exception>
    public static int CountLines(string chip)
    {
        using var device = new GpioDescriptor(GpioException.ThrowIfFailed(
            NativeMethods.Open(chip, NativeMethods.ReadWrite | NativeMethods.CloseOnExec), $"open {chip}"));
        var info = new ChipInfo();
        GpioException.ThrowIfFailed(NativeMethods.Ioctl(device, Uapi.s_getChipInfo, ref info), $"{chip}: chip info");
        return (int)info.Lines;
    }

    /// <summary>Drives one line; returns when the kernel did it.</summary>
    public void Set(int line, bool active)
    {
        var values = new LineValues { Mask = Bit(line), Bits = active ? Bit(line) : 0 };
        GpioException.ThrowIfFailed(
            NativeMethods.Ioctl(_lines, Uapi.s_setValues, ref values), $"{_chip}: set line {line}");
    }

    /// <summary>What the line is driven to, as the kernel knows it; true = active.</summary>
    public bool Get(int line)
    {
        var values = new LineValues { Mask = Bit(line) };
        GpioException.ThrowIfFailed(
            NativeMethods.Ioctl(_lines, Uapi.s_getValues, ref values), $"{_chip}: read line {line}");
        return (values.Bits & Bit(line)) != 0;
    }

    public void Dispose() => _lines.Dispose();

    /// <summary>The request as the kernel wants it: flags common to all, differences as attributes over a mask of lines.</summary>
    internal static LineRequest Describe(IReadOnlyList<GpioLine> lines, string consumer)
    {
        var request = new LineRequest { LineCount = (uint)lines.Count };
        Encoding.UTF8.GetBytes(consumer.AsSpan(0, Math.Min(consumer.Length, 31)), ((Span<byte>)request.Consumer)[..31]);

        // One attribute per combination of flags that occurs: four at most, of ten allowed.
        var byFlags = new Dictionary<ulong, ulong>();
        var active = 0ul;
        for (var i = 0; i < lines.Count; i++)
        {
            request.Offsets[i] = (uint)lines[i].Offset;
            var flags = Uapi.FlagOutput
                | (lines[i].ActiveLow ? Uapi.FlagActiveLow : 0)
                | (lines[i].OpenDrain ? Uapi.FlagOpenDrain : 0);
            byFlags[flags] = byFlags.GetValueOrDefault(flags) | 1ul << i;
            active |= lines[i].Active ? 1ul << i : 0;
        }

        request.Config.Flags = Uapi.FlagOutput;
        var count = 0;
        foreach (var (flags, mask) in byFlags)
            request.Config.Attributes[count++] = new() { Id = Uapi.AttributeFlags, Value = flags, Mask = mask };

        var all = ulong.MaxValue >> (Uapi.MaxLines - lines.Count);
        request.Config.Attributes[count++] = new() { Id = Uapi.AttributeOutputValues, Value = active, Mask = all };
        request.Config.AttributeCount = (uint)count;
        return request;
    }

    private ulong Bit(int line)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(line);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(line, _count);
        return 1ul << line;
    }
}
