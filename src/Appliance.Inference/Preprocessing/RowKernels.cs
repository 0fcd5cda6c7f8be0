using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Inference.Preprocessing;

/// <summary>
/// The inner loops of scaling and colour conversion over one row. Each works on full vectors (256 bit on AVX2, 128 on NEON) and does
/// the rest, or everything where there are no vectors, one by one with the same arithmetic: the results are equal bit by bit.
/// </summary>
internal static class RowKernels
{
    /// <summary>sum[i] = row[i] · weight.</summary>
    internal static void Scale(ReadOnlySpan<byte> row, ushort weight, Span<ushort> sum)
    {
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(sum[..row.Length]);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var factor = new Vector<ushort>(weight);
            for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var low, out var high);
                (low * factor).StoreUnsafe(ref target, (nuint)i);
                (high * factor).StoreUnsafe(ref target, (nuint)(i + Vector<ushort>.Count));
            }
        }

        for (; i < row.Length; i++)
            Unsafe.Add(ref target, i) = (ushort)(Unsafe.Add(ref source, i) * weight);
    }

    /// <summary>sum[i] = first[i] · firstWeight + second[i] · secondWeight; the weights together are at most 257.</summary>
    internal static void Blend(
        ReadOnlySpan<byte> first, ushort firstWeight, ReadOnlySpan<byte> second, ushort secondWeight, Span<ushort> sum)
    {
        ref var a = ref MemoryMarshal.GetReference(first);
        ref var b = ref MemoryMarshal.GetReference(second[..first.Length]);
        ref var target = ref MemoryMarshal.GetReference(sum[..first.Length]);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var factorA = new Vector<ushort>(firstWeight);
            var factorB = new Vector<ushort>(secondWeight);
            for (; i <= first.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Vector.Widen(Vector.LoadUnsafe(ref a, (nuint)i), out var lowA, out var highA);
                Vector.Widen(Vector.LoadUnsafe(ref b, (nuint)i), out var lowB, out var highB);
                ((lowA * factorA) + (lowB * factorB)).StoreUnsafe(ref target, (nuint)i);
                ((highA * factorA) + (highB * factorB)).StoreUnsafe(ref target, (nuint)(i + Vector<ushort>.Count));
            }
        }

        for (; i < first.Length; i++)
        {
            Unsafe.Add(ref target, i) =
                (ushort)((Unsafe.Add(ref a, i) * firstWeight) + (Unsafe.Add(ref b, i) * secondWeight));
        }
    }

    /// <summary>sum[i] += row[i] · weight.</summary>
    internal static void Accumulate(ReadOnlySpan<byte> row, ushort weight, Span<ushort> sum)
    {
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(sum[..row.Length]);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var factor = new Vector<ushort>(weight);
            for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                var next = i + Vector<ushort>.Count;
                Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var low, out var high);
                (Vector.LoadUnsafe(ref target, (nuint)i) + (low * factor)).StoreUnsafe(ref target, (nuint)i);
                (Vector.LoadUnsafe(ref target, (nuint)next) + (high * factor)).StoreUnsafe(ref target, (nuint)next);
            }
        }

        for (; i < row.Length; i++)
            Unsafe.Add(ref target, i) += (ushort)(Unsafe.Add(ref source, i) * weight);
    }

    /// <summary>Parts interleaved pairs (NV12 chroma): even[i] = pairs[2i], odd[i] = pairs[2i + 1].</summary>
    internal static void Deinterleave(ReadOnlySpan<ushort> pairs, Span<ushort> even, Span<ushort> odd)
    {
        var count = pairs.Length / 2;
        ref var source = ref Unsafe.As<ushort, uint>(ref MemoryMarshal.GetReference(pairs));
        ref var evenRow = ref MemoryMarshal.GetReference(even[..count]);
        ref var oddRow = ref MemoryMarshal.GetReference(odd[..count]);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var low = new Vector<uint>(0xFFFF);
            for (; i <= count - Vector<ushort>.Count; i += Vector<ushort>.Count)
            {
                var first = Vector.LoadUnsafe(ref source, (nuint)i);
                var second = Vector.LoadUnsafe(ref source, (nuint)(i + Vector<uint>.Count));
                Vector.Narrow(first & low, second & low).StoreUnsafe(ref evenRow, (nuint)i);
                Vector.Narrow(first >>> 16, second >>> 16).StoreUnsafe(ref oddRow, (nuint)i);
            }
        }

        for (; i < count; i++)
        {
            var pair = Unsafe.Add(ref source, i);
            Unsafe.Add(ref evenRow, i) = (ushort)pair;
            Unsafe.Add(ref oddRow, i) = (ushort)(pair >> 16);
        }
    }

    /// <summary>result[i] = row[i].</summary>
    internal static void ToFloat(ReadOnlySpan<ushort> row, Span<float> result)
    {
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(result[..row.Length]);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; i <= row.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
            {
                Vector.Widen(Vector.LoadUnsafe(ref source, (nuint)i), out var low, out var high);
                Vector.ConvertToSingle(Vector.AsVectorInt32(low)).StoreUnsafe(ref target, (nuint)i);
                Vector.ConvertToSingle(Vector.AsVectorInt32(high)).StoreUnsafe(ref target, (nuint)(i + Vector<float>.Count));
            }
        }

        for (; i < row.Length; i++)
            Unsafe.Add(ref target, i) = Unsafe.Add(ref source, i);
    }

    /// <summary>result[i] = row[2i] + row[2i + 1].</summary>
    internal static void SumPairs(ReadOnlySpan<ushort> row, Span<float> result)
    {
        var count = row.Length / 2;
        ref var source = ref Unsafe.As<ushort, uint>(ref MemoryMarshal.GetReference(row));
        ref var target = ref MemoryMarshal.GetReference(result[..count]);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var low = new Vector<uint>(0xFFFF);
            for (; i <= count - Vector<uint>.Count; i += Vector<uint>.Count)
            {
                var pairs = Vector.LoadUnsafe(ref source, (nuint)i);
                var sums = (pairs & low) + (pairs >>> 16);
                Vector.ConvertToSingle(Vector.AsVectorInt32(sums)).StoreUnsafe(ref target, (nuint)i);
            }
        }

        for (; i < count; i++)
        {
            var pair = Unsafe.Add(ref source, i);
            Unsafe.Add(ref target, i) = (pair & 0xFFFF) + (pair >> 16);
        }
    }

    /// <summary>sums[i] = row[i] + … + row[i + window − 1] for every i at which the window fits; at most 65535.</summary>
    internal static void SlidingSum(ReadOnlySpan<ushort> row, int window, Span<ushort> sums)
    {
        var count = row.Length - window + 1;
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(sums[..count]);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            for (; i <= count - Vector<ushort>.Count; i += Vector<ushort>.Count)
            {
                var sum = Vector.LoadUnsafe(ref source, (nuint)i);
                for (var k = 1; k < window; k++)
                    sum += Vector.LoadUnsafe(ref source, (nuint)(i + k));
                sum.StoreUnsafe(ref target, (nuint)i);
            }
        }

        for (; i < count; i++)
        {
            var sum = 0;
            for (var k = 0; k < window; k++)
                sum += Unsafe.Add(ref source, i + k);
            Unsafe.Add(ref target, i) = (ushort)sum;
        }
    }

    /// <summary>result[i] = row[i · step].</summary>
    internal static void Pick(ReadOnlySpan<ushort> row, int step, Span<float> result)
    {
        _ = row[(result.Length - 1) * step];
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(result);
        for (nint i = 0, from = 0; i < result.Length; i++, from += step)
            Unsafe.Add(ref target, i) = Unsafe.Add(ref source, from);
    }

    /// <summary>
    /// result[i] = row[s] + (row[s + 1] − row[s]) · fractions[i] with s = starts[i]. <paramref name="row"/> has one readable element
    /// behind the last start. The two neighbours are fetched as one 32-bit word and kept in <paramref name="pairs"/>, so that the
    /// arithmetic runs on full vectors.
    /// </summary>
    internal static void Interpolate(
        ReadOnlySpan<ushort> row, ReadOnlySpan<int> starts, ReadOnlySpan<float> fractions, Span<uint> pairs, Span<float> result)
    {
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var start = ref MemoryMarshal.GetReference(starts);
        ref var pair = ref MemoryMarshal.GetReference(pairs[..starts.Length]);
        for (var k = 0; k < starts.Length; k++)
        {
            Unsafe.Add(ref pair, k) = Unsafe.ReadUnaligned<uint>(
                ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref source, Unsafe.Add(ref start, k))));
        }

        ref var fraction = ref MemoryMarshal.GetReference(fractions[..starts.Length]);
        ref var target = ref MemoryMarshal.GetReference(result[..starts.Length]);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var low = new Vector<uint>(0xFFFF);
            for (; i <= starts.Length - Vector<uint>.Count; i += Vector<uint>.Count)
            {
                var both = Vector.LoadUnsafe(ref pair, (nuint)i);
                var left = Vector.ConvertToSingle(Vector.AsVectorInt32(both & low));
                var right = Vector.ConvertToSingle(Vector.AsVectorInt32(both >>> 16));
                Vector.FusedMultiplyAdd(right - left, Vector.LoadUnsafe(ref fraction, (nuint)i), left)
                    .StoreUnsafe(ref target, (nuint)i);
            }
        }

        for (; i < starts.Length; i++)
        {
            float left = Unsafe.Add(ref pair, i) & 0xFFFF;
            float right = Unsafe.Add(ref pair, i) >> 16;
            Unsafe.Add(ref target, i) = MathF.FusedMultiplyAdd(right - left, Unsafe.Add(ref fraction, i), left);
        }
    }

    /// <summary>One row of each plane from one row of Y, U and V; see <see cref="ColorTransform"/>.</summary>
    internal static void Convert(
        in ColorTransform transform, ReadOnlySpan<float> y, ReadOnlySpan<float> u, ReadOnlySpan<float> v,
        Span<float> first, Span<float> second, Span<float> third)
    {
        ref var ySource = ref MemoryMarshal.GetReference(y);
        ref var uSource = ref MemoryMarshal.GetReference(u[..y.Length]);
        ref var vSource = ref MemoryMarshal.GetReference(v[..y.Length]);
        ref var firstRow = ref MemoryMarshal.GetReference(first[..y.Length]);
        ref var secondRow = ref MemoryMarshal.GetReference(second[..y.Length]);
        ref var thirdRow = ref MemoryMarshal.GetReference(third[..y.Length]);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var yGain = new Vector<float>(transform.YGain);
            var gains = (First: new VectorGains(transform.First), Second: new VectorGains(transform.Second), Third: new VectorGains(transform.Third));
            for (; i <= y.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var luma = Vector.LoadUnsafe(ref ySource, (nuint)i) * yGain;
                var blueness = Vector.LoadUnsafe(ref uSource, (nuint)i);
                var redness = Vector.LoadUnsafe(ref vSource, (nuint)i);
                gains.First.Apply(luma, blueness, redness).StoreUnsafe(ref firstRow, (nuint)i);
                gains.Second.Apply(luma, blueness, redness).StoreUnsafe(ref secondRow, (nuint)i);
                gains.Third.Apply(luma, blueness, redness).StoreUnsafe(ref thirdRow, (nuint)i);
            }
        }

        for (; i < y.Length; i++)
        {
            var luma = Unsafe.Add(ref ySource, i) * transform.YGain;
            var blueness = Unsafe.Add(ref uSource, i);
            var redness = Unsafe.Add(ref vSource, i);
            Unsafe.Add(ref firstRow, i) = transform.First.Apply(luma, blueness, redness);
            Unsafe.Add(ref secondRow, i) = transform.Second.Apply(luma, blueness, redness);
            Unsafe.Add(ref thirdRow, i) = transform.Third.Apply(luma, blueness, redness);
        }

        if (!transform.IsNormalised)
            return;

        Normalise(first[..y.Length], transform.FirstNorm);
        Normalise(second[..y.Length], transform.SecondNorm);
        Normalise(third[..y.Length], transform.ThirdNorm);
    }

    private static void Normalise(Span<float> plane, in PlaneNorm norm)
    {
        ref var values = ref MemoryMarshal.GetReference(plane);
        var i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            var scale = new Vector<float>(norm.Scale);
            var bias = new Vector<float>(norm.Bias);
            for (; i <= plane.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                Vector.FusedMultiplyAdd(Vector.LoadUnsafe(ref values, (nuint)i), scale, bias)
                    .StoreUnsafe(ref values, (nuint)i);
            }
        }

        for (; i < plane.Length; i++)
            Unsafe.Add(ref values, i) = MathF.FusedMultiplyAdd(Unsafe.Add(ref values, i), norm.Scale, norm.Bias);
    }

    /// <summary><see cref="PlaneGains"/> in every lane.</summary>
    private readonly struct VectorGains(PlaneGains gains)
    {
        private readonly Vector<float> _u = new(gains.U);
        private readonly Vector<float> _v = new(gains.V);
        private readonly Vector<float> _offset = new(gains.Offset);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal Vector<float> Apply(Vector<float> luma, Vector<float> u, Vector<float> v)
        {
            var value = Vector.FusedMultiplyAdd(v, _v, Vector.FusedMultiplyAdd(u, _u, luma + _offset));
            return Vector.Min(Vector.Max(value, Vector<float>.Zero), new Vector<float>(PlaneGains.White));
        }
    }
}
