using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Core.Recognition.Index;

/// <summary>
/// Inner products of rows and queries, padded to a multiple of 32 floats. <see cref="Vector{T}"/> is as wide as the machine's
/// registers (AVX2: 8 floats, NEON: 4), so one source serves both.
/// </summary>
internal static class InnerProducts
{
    /// <summary>Queries that <see cref="RowsByFour"/> takes at once.</summary>
    public const int Queries = 4;

    /// <summary>
    /// <paramref name="scores"/>[i] = row i · query. Four rows at a time: their four streams keep more memory requests in flight
    /// than one, and eight sums hide the latency of the multiply-adds.
    /// </summary>
    public static void Rows(ReadOnlySpan<float> rows, ReadOnlySpan<float> query, Span<float> scores)
    {
        var stride = query.Length;
        var i = 0;
        for (; i <= scores.Length - 4; i += 4)
            FourRows(ref At(rows, i * stride, 4 * stride), ref At(query, 0, stride), (nuint)stride, ref scores.Slice(i, 4)[0]);
        for (; i < scores.Length; i++)
            scores[i] = Row(rows.Slice(i * stride, stride), query);
    }

    /// <summary>One row · query; summed in the same order as <see cref="Rows"/>, so the results are equal to the last bit.</summary>
    public static float Row(ReadOnlySpan<float> row, ReadOnlySpan<float> query)
    {
        ref var r = ref At(row, 0, query.Length);
        ref var q = ref At(query, 0, query.Length);
        var width = (nuint)Vector<float>.Count;
        var (a, b) = (Vector<float>.Zero, Vector<float>.Zero);
        for (nuint i = 0; i < (nuint)query.Length; i += 2 * width)
        {
            a = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref r, i), Vector.LoadUnsafe(ref q, i), a);
            b = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref r, i + width), Vector.LoadUnsafe(ref q, i + width), b);
        }

        return Vector.Sum(a + b);
    }

    /// <summary>
    /// <paramref name="scores"/>[4·i + j] = row i · query j for four queries (row-major, one after another). Three rows by four
    /// queries are twelve sums, which with the loaded values just fill AVX2's sixteen registers.
    /// </summary>
    public static void RowsByFour(ReadOnlySpan<float> rows, ReadOnlySpan<float> queries, int stride, Span<float> scores)
    {
        var count = scores.Length / Queries;
        ref var q = ref At(queries, 0, Queries * stride);
        var i = 0;
        for (; i <= count - 3; i += 3)
            ThreeByFour(ref At(rows, i * stride, 3 * stride), ref q, (nuint)stride, ref scores.Slice(i * Queries, 12)[0]);
        for (; i < count; i++)
        {
            for (var j = 0; j < Queries; j++)
                scores[(i * Queries) + j] = Row(rows.Slice(i * stride, stride), queries.Slice(j * stride, stride));
        }
    }

    private static void FourRows(ref float rows, ref float query, nuint stride, ref float scores)
    {
        var width = (nuint)Vector<float>.Count;
        ref var r1 = ref Unsafe.Add(ref rows, stride);
        ref var r2 = ref Unsafe.Add(ref rows, 2 * stride);
        ref var r3 = ref Unsafe.Add(ref rows, 3 * stride);
        var (a0, a1, a2, a3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var (b0, b1, b2, b3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (nuint i = 0; i < stride; i += 2 * width)
        {
            var q = Vector.LoadUnsafe(ref query, i);
            a0 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref rows, i), q, a0);
            a1 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref r1, i), q, a1);
            a2 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref r2, i), q, a2);
            a3 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref r3, i), q, a3);
            q = Vector.LoadUnsafe(ref query, i + width);
            b0 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref rows, i + width), q, b0);
            b1 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref r1, i + width), q, b1);
            b2 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref r2, i + width), q, b2);
            b3 = Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref r3, i + width), q, b3);
        }

        scores = Vector.Sum(a0 + b0);
        Unsafe.Add(ref scores, 1) = Vector.Sum(a1 + b1);
        Unsafe.Add(ref scores, 2) = Vector.Sum(a2 + b2);
        Unsafe.Add(ref scores, 3) = Vector.Sum(a3 + b3);
    }

    private static void ThreeByFour(ref float rows, ref float queries, nuint stride, ref float scores)
    {
        ref var r1 = ref Unsafe.Add(ref rows, stride);
        ref var r2 = ref Unsafe.Add(ref rows, 2 * stride);
        ref var q1 = ref Unsafe.Add(ref queries, stride);
        ref var q2 = ref Unsafe.Add(ref queries, 2 * stride);
        ref var q3 = ref Unsafe.Add(ref queries, 3 * stride);
        var (a0, a1, a2, a3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var (b0, b1, b2, b3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var (c0, c1, c2, c3) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (nuint i = 0; i < stride; i += (nuint)Vector<float>.Count)
        {
            var x = Vector.LoadUnsafe(ref rows, i);
            var y = Vector.LoadUnsafe(ref r1, i);
            var z = Vector.LoadUnsafe(ref r2, i);
            var q = Vector.LoadUnsafe(ref queries, i);
            a0 = Vector.FusedMultiplyAdd(x, q, a0);
            b0 = Vector.FusedMultiplyAdd(y, q, b0);
            c0 = Vector.FusedMultiplyAdd(z, q, c0);
            q = Vector.LoadUnsafe(ref q1, i);
            a1 = Vector.FusedMultiplyAdd(x, q, a1);
            b1 = Vector.FusedMultiplyAdd(y, q, b1);
            c1 = Vector.FusedMultiplyAdd(z, q, c1);
            q = Vector.LoadUnsafe(ref q2, i);
            a2 = Vector.FusedMultiplyAdd(x, q, a2);
            b2 = Vector.FusedMultiplyAdd(y, q, b2);
            c2 = Vector.FusedMultiplyAdd(z, q, c2);
            q = Vector.LoadUnsafe(ref q3, i);
            a3 = Vector.FusedMultiplyAdd(x, q, a3);
            b3 = Vector.FusedMultiplyAdd(y, q, b3);
            c3 = Vector.FusedMultiplyAdd(z, q, c3);
        }

        Store(ref scores, a0, a1, a2, a3);
        Store(ref Unsafe.Add(ref scores, 4), b0, b1, b2, b3);
        Store(ref Unsafe.Add(ref scores, 8), c0, c1, c2, c3);
    }

    private static void Store(ref float scores, Vector<float> a, Vector<float> b, Vector<float> c, Vector<float> d)
    {
        scores = Vector.Sum(a);
        Unsafe.Add(ref scores, 1) = Vector.Sum(b);
        Unsafe.Add(ref scores, 2) = Vector.Sum(c);
        Unsafe.Add(ref scores, 3) = Vector.Sum(d);
    }

    // The slice is the bounds check that the loads behind it do not make.
    private static ref float At(ReadOnlySpan<float> values, int from, int length) =>
        ref MemoryMarshal.GetReference(values.Slice(from, length));
}
