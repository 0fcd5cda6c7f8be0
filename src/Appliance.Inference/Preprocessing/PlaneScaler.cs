namespace Appliance.Inference.Preprocessing;

/// <summary>
/// Scales one plane row by row: first the source rows that belong to a target row are blended (whole vectors of bytes), then the
/// blended row is resampled across. Keeps its own row buffers; one thread at a time.
/// </summary>
internal sealed class PlaneScaler
{
    // A blended sample times the window across must fit 16 bits.
    private const int MaxWeight = 256;

    private readonly AxisTable _across;
    private readonly AxisTable _down;
    private readonly int _samples;
    private readonly ushort _unit;
    private readonly ushort[] _blended;
    private readonly ushort[] _summed;
    private readonly ushort[] _split;
    private readonly uint[] _pairs;

    /// <param name="across">Columns.</param>
    /// <param name="down">Rows.</param>
    /// <param name="interleaved">Samples per column: 1, or 2 for NV12 chroma.</param>
    internal PlaneScaler(AxisTable across, AxisTable down, int interleaved = 1)
    {
        _across = across;
        _down = down;
        _samples = across.Source * interleaved;
        _unit = (ushort)(down.IsExact ? 1 : Math.Max(1, MaxWeight / (down.Window * across.Window)));
        _blended = new ushort[_samples + 2];
        _summed = new ushort[across.Source + 2];
        _split = interleaved == 2 ? new ushort[(2 * across.Source) + 4] : [];
        _pairs = new uint[across.Target];
    }

    /// <summary>Results are this many times the source's values.</summary>
    internal float Unit => (float)_unit * _down.Window * _across.Window;

    /// <summary>Row <paramref name="y"/> of the target.</summary>
    internal void Row(ReadOnlySpan<byte> plane, int stride, int y, Span<float> result)
    {
        Blend(plane, stride, y);
        Across(_blended, result);
    }

    /// <summary>Row <paramref name="y"/> of the target's two interleaved components.</summary>
    internal void Rows(ReadOnlySpan<byte> plane, int stride, int y, Span<float> even, Span<float> odd)
    {
        Blend(plane, stride, y);
        var half = _split.Length / 2;
        RowKernels.Deinterleave(_blended.AsSpan(0, _samples), _split.AsSpan(0, half), _split.AsSpan(half));
        Across(_split.AsSpan(0, half), even);
        Across(_split.AsSpan(half), odd);
    }

    private void Blend(ReadOnlySpan<byte> plane, int stride, int y)
    {
        var start = _down.Starts[y];
        var last = (ushort)MathF.Round(_down.Fractions[y] * _unit);
        var first = (ushort)(_unit - last);
        var window = _down.Window;
        if (window == 1)
        {
            if (last == 0)
                RowKernels.Scale(SourceRow(plane, stride, start), _unit, _blended);
            else
                RowKernels.Blend(SourceRow(plane, stride, start), first, SourceRow(plane, stride, start + 1), last, _blended);
            return;
        }

        RowKernels.Blend(SourceRow(plane, stride, start), first, SourceRow(plane, stride, start + 1), _unit, _blended);
        for (var k = 2; k < window; k++)
            RowKernels.Accumulate(SourceRow(plane, stride, start + k), _unit, _blended);
        if (last > 0)
            RowKernels.Accumulate(SourceRow(plane, stride, start + window), last, _blended);
    }

    private ReadOnlySpan<byte> SourceRow(ReadOnlySpan<byte> plane, int stride, int row) => plane.Slice(row * stride, _samples);

    private void Across(ReadOnlySpan<ushort> blended, Span<float> result)
    {
        var row = blended[.._across.Source];
        switch (_across)
        {
            case { IsExact: true, Window: 1 }:
                RowKernels.ToFloat(row[.._across.Target], result);
                break;
            case { IsExact: true, Window: 2 }:
                RowKernels.SumPairs(row[..(2 * _across.Target)], result);
                break;
            case { IsExact: true }:
                RowKernels.SlidingSum(row, _across.Window, _summed);
                RowKernels.Pick(_summed, _across.Window, result[.._across.Target]);
                break;
            case { Window: 1 }:
                RowKernels.Interpolate(blended, _across.Starts, _across.Fractions, _pairs, result);
                break;
            default:
                RowKernels.SlidingSum(row, _across.Window, _summed);
                RowKernels.Interpolate(_summed, _across.Starts, _across.Fractions, _pairs, result);
                break;
        }
    }
}
