using Appliance.Core.Frames;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Preprocessing;

namespace Appliance.UnitTests.Inference.Preprocessing;

/// <summary>Rows of one element never reach the vector loops, so they show what the scalar code gives.</summary>
public class RowKernelsTests
{
    private const int Length = 133; // Several full vectors and a rest, whatever their width.

    private readonly Random _random = new(7);

    [Fact]
    public void Scale_LongRow_EqualsScalar()
    {
        var row = Bytes(Length);
        var sum = new ushort[Length];
        var expected = new ushort[Length];

        RowKernels.Scale(row, 201, sum);
        for (var i = 0; i < Length; i++)
            RowKernels.Scale(row.AsSpan(i, 1), 201, expected.AsSpan(i, 1));

        Assert.Equal(expected, sum);
    }

    [Fact]
    public void Blend_LongRow_EqualsScalar()
    {
        var (first, second) = (Bytes(Length), Bytes(Length));
        var sum = new ushort[Length];
        var expected = new ushort[Length];

        RowKernels.Blend(first, 77, second, 179, sum);
        for (var i = 0; i < Length; i++)
            RowKernels.Blend(first.AsSpan(i, 1), 77, second.AsSpan(i, 1), 179, expected.AsSpan(i, 1));

        Assert.Equal(expected, sum);
    }

    [Fact]
    public void Accumulate_LongRow_EqualsScalar()
    {
        var row = Bytes(Length);
        var sum = Shorts(Length, 20000);
        var expected = sum.ToArray();

        RowKernels.Accumulate(row, 90, sum);
        for (var i = 0; i < Length; i++)
            RowKernels.Accumulate(row.AsSpan(i, 1), 90, expected.AsSpan(i, 1));

        Assert.Equal(expected, sum);
    }

    [Fact]
    public void Deinterleave_LongRow_PartsThePairs()
    {
        var pairs = Shorts(2 * Length, 65536);
        var even = new ushort[Length];
        var odd = new ushort[Length];

        RowKernels.Deinterleave(pairs, even, odd);

        Assert.Equal(pairs.Where((_, i) => i % 2 == 0), even);
        Assert.Equal(pairs.Where((_, i) => i % 2 == 1), odd);
    }

    [Fact]
    public void ToFloat_LongRow_KeepsTheValues()
    {
        var row = Shorts(Length, 65536);
        var result = new float[Length];

        RowKernels.ToFloat(row, result);

        Assert.Equal(row.Select(value => (float)value), result);
    }

    [Fact]
    public void SumPairs_LongRow_AddsNeighbours()
    {
        var row = Shorts(2 * Length, 65536);
        var result = new float[Length];

        RowKernels.SumPairs(row, result);

        Assert.Equal(Enumerable.Range(0, Length).Select(i => (float)(row[2 * i] + row[(2 * i) + 1])), result);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    public void SlidingSum_LongRow_SumsEachWindow(int window)
    {
        var row = Shorts(Length, 4096);
        var sums = new ushort[Length - window + 1];

        RowKernels.SlidingSum(row, window, sums);

        Assert.Equal(Enumerable.Range(0, sums.Length).Select(i => (ushort)row.Skip(i).Take(window).Sum(value => value)), sums);
    }

    [Fact]
    public void Interpolate_LongRow_EqualsScalar()
    {
        var row = Shorts(Length + 1, 65536);
        var starts = Enumerable.Range(0, Length).Select(_ => _random.Next(Length)).ToArray();
        var fractions = Enumerable.Range(0, Length).Select(_ => _random.NextSingle()).ToArray();
        var pairs = new uint[Length];
        var result = new float[Length];
        var expected = new float[Length];

        RowKernels.Interpolate(row, starts, fractions, pairs, result);
        for (var i = 0; i < Length; i++)
            RowKernels.Interpolate(row, starts.AsSpan(i, 1), fractions.AsSpan(i, 1), pairs, expected.AsSpan(i, 1));

        Assert.Equal(expected, result);
        Assert.All(
            Enumerable.Range(0, Length),
            i => Assert.Equal(row[starts[i]] + ((row[starts[i] + 1] - row[starts[i]]) * (double)fractions[i]), result[i], 0.01));
    }

    [Theory]
    [InlineData(ChannelOrder.Bgr, 0, 1)]
    [InlineData(ChannelOrder.Rgb, 127.5, 0.0078125)]
    public void Convert_LongRow_EqualsScalar(ChannelOrder channels, float mean, float scale)
    {
        var transform = new ColorTransform(ColorSpace.Bt709Limited, Contracts.Input(channels: channels, mean: mean, scale: scale));
        var (y, u, v) = (Floats(), Floats(), Floats());
        var planes = new float[3][].Select(_ => new float[Length]).ToArray();
        var expected = new float[3][].Select(_ => new float[Length]).ToArray();

        RowKernels.Convert(transform, y, u, v, planes[0], planes[1], planes[2]);
        for (var i = 0; i < Length; i++)
        {
            RowKernels.Convert(
                transform, y.AsSpan(i, 1), u.AsSpan(i, 1), v.AsSpan(i, 1),
                expected[0].AsSpan(i, 1), expected[1].AsSpan(i, 1), expected[2].AsSpan(i, 1));
        }

        Assert.Equal(expected, planes);
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private ushort[] Shorts(int count, int limit) => [.. Enumerable.Range(0, count).Select(_ => (ushort)_random.Next(limit))];

    private float[] Floats() => [.. Enumerable.Range(0, Length).Select(_ => _random.NextSingle() * 255)];
}
