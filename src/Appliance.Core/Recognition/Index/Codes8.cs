using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Appliance.Core.Recognition.Index;

/// <summary>
/// Rows as bytes (code + 128, one scale per row) and queries as integers: the products are exact, so the only error is what
/// rounding took away, and that is measured when coding. All arithmetic wraps at 32 bits; the true result never exceeds them.
/// </summary>
internal static class Codes8
{
    /// <summary>Of rows.</summary>
    private const int Levels = 127;

    /// <summary>Of queries for <see cref="Row"/>: 127 · 128 · 127 · 1024 products just fit 32 bits.</summary>
    public const int FineLevels = Levels * 128;

    /// <summary>Of queries for <see cref="FourStreams"/>: VPMADDUBSW adds two products of 255 · 63 within 16 bits.</summary>
    public const int CoarseLevels = 63;

    /// <summary>Writes the codes of <paramref name="row"/>; returns a step's worth and the length of row − codes · step.</summary>
    public static (float Scale, float Error) Encode(ReadOnlySpan<float> row, Span<byte> codes)
    {
        var scale = Step(row, Levels);
        var squares = 0.0;
        for (var i = 0; i < row.Length; i++)
        {
            var code = Code(row[i], scale, Levels);
            codes[i] = (byte)(code + 128);
            squares += Square(row[i] - ((double)code * scale));
        }

        return (scale, (float)Math.Sqrt(squares));
    }

    /// <summary>A query's codes, at most <paramref name="levels"/> large.</summary>
    public static QueryCodes Encode<T>(ReadOnlySpan<float> query, Span<T> codes, int levels)
        where T : System.Numerics.IBinaryInteger<T>
    {
        var scale = Step(query, levels);
        var squares = 0.0;
        var sum = 0;
        for (var i = 0; i < query.Length; i++)
        {
            var code = Code(query[i], scale, levels);
            codes[i] = T.CreateTruncating(code);
            sum += code;
            squares += Square(query[i] - ((double)code * scale));
        }

        return new(scale, (float)Math.Sqrt(squares), 128 * sum);
    }

    /// <summary>
    /// <paramref name="products"/>[s · count + j] = bytes of row (s · distance + from + j) · query, for the streams s and j below
    /// count; why streams: <see cref="InnerProducts"/>. Less <see cref="QueryCodes.Bias"/> they are products of codes.
    /// </summary>
    public static void FourStreams(
        ReadOnlySpan<byte> rows, int distance, int from, int count, ReadOnlySpan<sbyte> query, Span<int> products)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from + count, distance);
        var stride = query.Length;
        ref var q = ref MemoryMarshal.GetReference(query);
        ref var r = ref MemoryMarshal.GetReference(rows[..(InnerProducts.Streams * distance * stride)]);
        ref var target = ref MemoryMarshal.GetReference(products[..(InnerProducts.Streams * count)]);
        for (var j = 0; j < count; j++)
        {
            ref var row = ref Unsafe.Add(ref r, (from + j) * stride);
            if (Avx2.IsSupported)
            {
                FourRowsAvx2(ref row, (nuint)distance * (nuint)stride, ref q, (nuint)stride, ref Unsafe.Add(ref target, j), count);
                continue;
            }

            for (var s = 0; s < InnerProducts.Streams; s++)
                Unsafe.Add(ref target, (s * count) + j) = RowCoarse(ref Unsafe.Add(ref row, s * distance * stride), ref q, (nuint)stride);
        }
    }

    /// <summary>One row's bytes · query.</summary>
    public static int Row(ReadOnlySpan<byte> row, ReadOnlySpan<short> query)
    {
        ref var r = ref MemoryMarshal.GetReference(row[..query.Length]);
        ref var q = ref MemoryMarshal.GetReference(query);
        var (a, b) = (Vector128<int>.Zero, Vector128<int>.Zero);
        for (nuint i = 0; i < (nuint)query.Length; i += 16)
        {
            var bytes = Vector128.LoadUnsafe(ref r, i);
            a = MultiplyAdd(a, Vector128.WidenLower(bytes).AsInt16(), Vector128.LoadUnsafe(ref q, i));
            b = MultiplyAdd(b, Vector128.WidenUpper(bytes).AsInt16(), Vector128.LoadUnsafe(ref q, i + 8));
        }

        return Vector128.Sum(a + b);
    }

    private static float Step(ReadOnlySpan<float> values, int levels) => Math.Abs(TensorPrimitives.MaxMagnitude(values)) / levels;

    private static int Code(float value, float scale, int levels) =>
        scale > 0 ? (int)Math.Clamp(MathF.Round(value / scale), -levels, levels) : 0;

    private static double Square(double value) => value * value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourRowsAvx2(ref byte row, nuint distance, ref sbyte query, nuint stride, ref int products, int step)
    {
        ref var r1 = ref Unsafe.Add(ref row, distance);
        ref var r2 = ref Unsafe.Add(ref row, 2 * distance);
        ref var r3 = ref Unsafe.Add(ref row, 3 * distance);
        var ones = Vector256.Create((short)1);
        var (a0, a1, a2, a3) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
        for (nuint i = 0; i < stride; i += 32)
        {
            var q = Vector256.LoadUnsafe(ref query, i);
            a0 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref row, i), q), ones);
            a1 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref r1, i), q), ones);
            a2 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref r2, i), q), ones);
            a3 += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.LoadUnsafe(ref r3, i), q), ones);
        }

        // Two rounds of pairwise sums leave each row's total in its own lane, in order.
        var sums = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a0, a1), Avx2.HorizontalAdd(a2, a3));
        var totals = sums.GetLower() + sums.GetUpper();
        products = totals[0];
        Unsafe.Add(ref products, step) = totals[1];
        Unsafe.Add(ref products, 2 * step) = totals[2];
        Unsafe.Add(ref products, 3 * step) = totals[3];
    }

    private static int RowCoarse(ref byte row, ref sbyte query, nuint stride)
    {
        var (a, b) = (Vector128<int>.Zero, Vector128<int>.Zero);
        for (nuint i = 0; i < stride; i += 16)
        {
            var bytes = Vector128.LoadUnsafe(ref row, i);
            var q = Vector128.LoadUnsafe(ref query, i);
            a = MultiplyAdd(a, Vector128.WidenLower(bytes).AsInt16(), Vector128.WidenLower(q));
            b = MultiplyAdd(b, Vector128.WidenUpper(bytes).AsInt16(), Vector128.WidenUpper(q));
        }

        return Vector128.Sum(a + b);
    }

    private static Vector128<int> MultiplyAdd(Vector128<int> sum, Vector128<short> left, Vector128<short> right)
    {
        if (Sse2.IsSupported)
            return sum + Sse2.MultiplyAddAdjacent(left, right);

        if (AdvSimd.IsSupported)
        {
            sum = AdvSimd.MultiplyWideningLowerAndAdd(sum, left.GetLower(), right.GetLower());
            return AdvSimd.MultiplyWideningUpperAndAdd(sum, left, right);
        }

        return sum + (Vector128.WidenLower(left) * Vector128.WidenLower(right)) +
            (Vector128.WidenUpper(left) * Vector128.WidenUpper(right));
    }
}

/// <summary>What the codes of a query stand for.</summary>
/// <param name="Scale">One step.</param>
/// <param name="Error">Length of query − codes · step.</param>
/// <param name="Bias">What the 128 in every byte of a row adds to a product.</param>
internal readonly record struct QueryCodes(float Scale, float Error, int Bias);
