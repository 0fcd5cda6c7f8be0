using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Appliance.Core.Recognition.Index;

/// <summary>
/// Rows as 8-bit codes with one scale each, queries as 16-bit integers: products are exact in 32 bits, so the only error is
/// what rounding to codes took away, and that is measured per row and kept.
/// </summary>
internal static class Codes8
{
    private const int Levels = 127;

    /// <summary>Writes the codes of <paramref name="row"/>; returns a step's worth and the length of row − codes · step.</summary>
    public static (float Scale, float Error) Encode(ReadOnlySpan<float> row, Span<sbyte> codes)
    {
        var largest = TensorPrimitives.MaxMagnitude(row);
        var scale = Math.Abs(largest) / Levels;
        var squares = 0.0;
        for (var i = 0; i < row.Length; i++)
        {
            codes[i] = scale > 0 ? (sbyte)Math.Clamp(MathF.Round(row[i] / scale), -Levels, Levels) : (sbyte)0;
            var rest = row[i] - ((double)codes[i] * scale);
            squares += rest * rest;
        }

        return (scale, (float)Math.Sqrt(squares));
    }

    /// <summary>
    /// The same for a query, with 14 bits and sign: fine enough not to matter, coarse enough that no sum of up to 1024 products with
    /// codes can overflow (‖codes‖ · ‖query‖ bounds it far earlier for unit vectors).
    /// </summary>
    public static (float Scale, float Error) Encode(ReadOnlySpan<float> query, Span<short> codes)
    {
        const int QueryLevels = Levels * 128;
        var scale = Math.Abs(TensorPrimitives.MaxMagnitude(query)) / QueryLevels;
        var squares = 0.0;
        for (var i = 0; i < query.Length; i++)
        {
            codes[i] = scale > 0 ? (short)Math.Clamp(MathF.Round(query[i] / scale), -QueryLevels, QueryLevels) : (short)0;
            var rest = query[i] - ((double)codes[i] * scale);
            squares += rest * rest;
        }

        return (scale, (float)Math.Sqrt(squares));
    }

    /// <summary><paramref name="products"/>[i] = codes of row i · query.</summary>
    public static void Rows(ReadOnlySpan<sbyte> rows, ReadOnlySpan<short> query, Span<int> products)
    {
        var stride = query.Length;
        ref var q = ref MemoryMarshal.GetReference(query);
        ref var r = ref MemoryMarshal.GetReference(rows[..(products.Length * stride)]);
        var i = 0;
        for (; Avx2.IsSupported && i <= products.Length - 4; i += 4)
            FourRowsAvx2(ref Unsafe.Add(ref r, i * stride), ref q, (nuint)stride, ref products.Slice(i, 4)[0]);
        for (; i < products.Length; i++)
            products[i] = Row(ref Unsafe.Add(ref r, i * stride), ref q, (nuint)stride);
    }

    private static void FourRowsAvx2(ref sbyte rows, ref short query, nuint stride, ref int products)
    {
        ref var r1 = ref Unsafe.Add(ref rows, stride);
        ref var r2 = ref Unsafe.Add(ref rows, 2 * stride);
        ref var r3 = ref Unsafe.Add(ref rows, 3 * stride);
        var (a0, a1, a2, a3) = (Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero, Vector256<int>.Zero);
        for (nuint i = 0; i < stride; i += 16)
        {
            var q = Vector256.LoadUnsafe(ref query, i);
            a0 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref rows, i)), q);
            a1 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref r1, i)), q);
            a2 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref r2, i)), q);
            a3 += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref r3, i)), q);
        }

        // Two rounds of pairwise sums leave each row's total in its own lane, in order.
        var sums = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a0, a1), Avx2.HorizontalAdd(a2, a3));
        (sums.GetLower() + sums.GetUpper()).StoreUnsafe(ref products);
    }

    private static int Row(ref sbyte row, ref short query, nuint stride)
    {
        var (a, b) = (Vector128<int>.Zero, Vector128<int>.Zero);
        for (nuint i = 0; i < stride; i += 16)
        {
            var codes = Vector128.LoadUnsafe(ref row, i);
            a = MultiplyAdd(a, Vector128.WidenLower(codes), Vector128.LoadUnsafe(ref query, i));
            b = MultiplyAdd(b, Vector128.WidenUpper(codes), Vector128.LoadUnsafe(ref query, i + 8));
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
