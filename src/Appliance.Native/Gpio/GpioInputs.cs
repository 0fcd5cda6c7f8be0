using System.Text;

namespace Appliance.Native.Gpio;

/// <summary>What holds an input line when nothing drives it.</summary>
public enum GpioBias
{
    AsIs,
    PullUp,
    PullDown,
    Disabled,
}

/// <summary>How one line is read.</summary>
/// <param name="Offset">Number of the line on its chip.</param>
/// <param name="ActiveLow">Active means low voltage.</param>
/// <param name="Bias">What holds it when nothing drives it.</param>
/// <param name="Debounce">How long the level must be steady; done by the kernel or its hardware.</param>
public sealed record GpioInputLine(int Offset, bool ActiveLow, GpioBias Bias, TimeSpan Debounce);

/// <summary>
/// Input lines of one GPIO chip through the kernel's character device, uAPI v2, with edge events. The lines belong to this process
/// until disposed.
/// </summary>
public sealed class GpioInputs : IDisposable
{
    // How soon the reading thread notices that it is to end.
    private const int PatienceMilliseconds = 250;
    private const int EventsPerRead = 16;

    private readonly GpioDescriptor _lines;
    private readonly uint[] _offsets;
    private readonly bool[] _levels;
    private readonly string _chip;
    private Thread? _reader;
    private volatile bool _stopping;

    private GpioInputs(GpioDescriptor lines, uint[] offsets, string chip)
    {
        (_lines, _offsets, _chip) = (lines, offsets, chip);
        _levels = new bool[offsets.Length];
    }

    /// <summary>Takes the lines as inputs with both edges, all in one request: 1 to 64, each offset once.</summary>
    /// <exception cref="GpioException">No such chip or line, no permission, or the line is in use (EBUSY).</exception>
    public static GpioInputs Open(string chip, IReadOnlyList<GpioInputLine> lines, string consumer)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lines.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lines.Count, Uapi.MaxLines);
        var request = Describe(lines, consumer);

        using var device = new GpioDescriptor(GpioException.ThrowIfFailed(
            NativeMethods.Open(chip, NativeMethods.ReadWrite | NativeMethods.CloseOnExec), $"open {chip}"));
        GpioException.ThrowIfFailed(
            NativeMethods.Ioctl(device, Uapi.s_getLine, ref request),
            $"{chip}: take lines {string.Join(", ", lines.Select(line => line.Offset))}");
        return new(new GpioDescriptor(request.Descriptor), [.. lines.Select(line => (uint)line.Offset)], chip);
    }

    /// <summary>Level of a line now; true = active.</summary>
    public bool Get(int line)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(line);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(line, _offsets.Length);
        return (ReadAll() & (1ul << line)) != 0;
    }

    /// <summary>
    /// Calls <paramref name="changed"/> with line and level for every edge, in order, on a thread of its own. Edges that the kernel's
    /// buffer could not hold are made good by reading the lines. <paramref name="failed"/> is the last call.
    /// </summary>
    public void Start(Action<int, bool> changed, Action<Exception> failed)
    {
        var now = ReadAll();
        for (var i = 0; i < _levels.Length; i++)
            _levels[i] = (now & (1ul << i)) != 0;
        _reader = new Thread(() => Run(changed, failed)) { Name = "gpio-inputs", IsBackground = true };
        _reader.Start();
    }

    public void Dispose()
    {
        _stopping = true;
        if (_reader != Thread.CurrentThread)
            _reader?.Join();
        _lines.Dispose();
    }

    /// <summary>The request as the kernel wants it: flags and debounce as attributes over a mask of lines.</summary>
    internal static LineRequest Describe(IReadOnlyList<GpioInputLine> lines, string consumer)
    {
        var request = new LineRequest { LineCount = (uint)lines.Count };
        Encoding.UTF8.GetBytes(consumer.AsSpan(0, Math.Min(consumer.Length, 31)), ((Span<byte>)request.Consumer)[..31]);

        var byFlags = new Dictionary<ulong, ulong>();
        var byDebounce = new Dictionary<ulong, ulong>();
        for (var i = 0; i < lines.Count; i++)
        {
            request.Offsets[i] = (uint)lines[i].Offset;
            var flags = FlagsOf(lines[i]);
            byFlags[flags] = byFlags.GetValueOrDefault(flags) | 1ul << i;
            var debounce = (ulong)(lines[i].Debounce.Ticks / TimeSpan.TicksPerMicrosecond);
            if (debounce > 0)
                byDebounce[debounce] = byDebounce.GetValueOrDefault(debounce) | 1ul << i;
        }

        // The most common flags are the request's own, so that at most seven differences need an attribute.
        var common = byFlags.MaxBy(entry => ulong.PopCount(entry.Value)).Key;
        request.Config.Flags = common;
        var count = 0;
        foreach (var (flags, mask) in byFlags.Where(entry => entry.Key != common))
            Add(ref request, ref count, new() { Id = Uapi.AttributeFlags, Value = flags, Mask = mask });
        foreach (var (debounce, mask) in byDebounce)
            Add(ref request, ref count, new() { Id = Uapi.AttributeDebounce, Value = debounce, Mask = mask });
        request.Config.AttributeCount = (uint)count;
        return request;
    }

    private static void Add(ref LineRequest request, ref int count, LineAttribute attribute)
    {
        if (count == Uapi.MaxAttributes)
            throw new ArgumentException($"Lines differ in more than {Uapi.MaxAttributes} ways.");
        request.Config.Attributes[count++] = attribute;
    }

    private static ulong FlagsOf(GpioInputLine line) => Uapi.FlagInput | Uapi.FlagEdgeRising | Uapi.FlagEdgeFalling
        | (line.ActiveLow ? Uapi.FlagActiveLow : 0)
        | line.Bias switch
        {
            GpioBias.PullUp => Uapi.FlagBiasPullUp,
            GpioBias.PullDown => Uapi.FlagBiasPullDown,
            GpioBias.Disabled => Uapi.FlagBiasDisabled,
            _ => 0,
        };

    private void Run(Action<int, bool> changed, Action<Exception> failed)
    {
        try
        {
            var events = new LineEvent[EventsPerRead];
            while (!_stopping)
            {
                var ready = GpioException.ThrowIfFailed(
                    NativeMethods.WaitReadable(_lines, PatienceMilliseconds), $"{_chip}: wait for edges");
                if (ready == 0)
                    continue;

                var count = GpioException.ThrowIfFailed((int)NativeMethods.Read(_lines, events), $"{_chip}: read edges");
                for (var i = 0; i < count / Uapi.EventSize; i++)
                    Tell(Array.IndexOf(_offsets, events[i].Offset), events[i].Id == Uapi.EventRising, changed);

                var now = ReadAll();
                for (var i = 0; i < _levels.Length; i++)
                    Tell(i, (now & (1ul << i)) != 0, changed);
            }
        }
        catch (Exception error)
        {
            failed(error);
        }
    }

    private void Tell(int line, bool active, Action<int, bool> changed)
    {
        if (line < 0 || _levels[line] == active)
            return;

        _levels[line] = active;
        changed(line, active);
    }

    private ulong ReadAll()
    {
        var values = new LineValues { Mask = ulong.MaxValue >> (Uapi.MaxLines - _offsets.Length) };
        GpioException.ThrowIfFailed(NativeMethods.Ioctl(_lines, Uapi.s_getValues, ref values), $"{_chip}: read lines");
        return values.Bits;
    }
}
