using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Appliance.Core.Detection;
using Appliance.Core.Frames;

namespace Appliance.Core.Recognition;

/// <summary>
/// The luma between brows and chin, resampled to a fixed size: every measure then means the same for near and far faces. Shrinking
/// averages all pixels, enlarging interpolates, so a small face comes out as blurred as it is for the embedder.
/// </summary>
[InlineArray(Side * Side)]
internal struct FacePatch
{
    /// <summary>Pixels along an edge; the eyes are about 32 of them apart, close to what embedders see.</summary>
    public const int Side = 64;

    // Edge of the square on the face, in eye–mouth distances.
    private const float Extent = 1.8f;

    // Wider faces are read in strips of this many source columns, so that the row buffer stays on the stack.
    private const int MaxColumns = 1024;

    private float _first;

    /// <summary>Fills <paramref name="patch"/> with 0..255 values; false when the square does not touch the frame.</summary>
    public static bool TryRead(Frame frame, in Landmarks5 face, Span<float> patch)
    {
        var eyes = (face.LeftEye + face.RightEye) / 2;
        var mouth = (face.LeftMouth + face.RightMouth) / 2;
        var edge = Extent * Math.Max((face.LeftEye - face.RightEye).Length(), (mouth - eyes).Length());
        var centre = (eyes + mouth) / 2;
        if (!(edge >= 2) || edge > 1e5f || !float.IsFinite(centre.X) || !float.IsFinite(centre.Y))
            return false;

        var left = Math.Clamp(centre.X - (edge / 2), 0, frame.Width - 1);
        var top = Math.Clamp(centre.Y - (edge / 2), 0, frame.Height - 1);
        var right = Math.Clamp(centre.X + (edge / 2), left + 1, frame.Width);
        var bottom = Math.Clamp(centre.Y + (edge / 2), top + 1, frame.Height);
        if (right - left < edge / 4 || bottom - top < edge / 4)
            return false;

        Resample(frame.Plane(0), frame.Stride(0), frame.Width, frame.Height, left, top, right - left, bottom - top, patch);
        return true;
    }

    /// <summary>Variance of the 4-neighbour Laplacian inside the patch (Pech-Pacheco et al. 2000).</summary>
    public static float LaplacianVariance(ReadOnlySpan<float> patch)
    {
        const int Inner = Side - 2;
        Span<float> sum = stackalloc float[Inner];
        var total = 0f;
        var squares = 0f;
        for (var y = 1; y <= Inner; y++)
        {
            var row = patch.Slice(y * Side, Side);
            TensorPrimitives.Multiply(row.Slice(1, Inner), 4, sum);
            TensorPrimitives.Subtract(sum, row[..Inner], sum);
            TensorPrimitives.Subtract(sum, row.Slice(2, Inner), sum);
            TensorPrimitives.Subtract(sum, patch.Slice(((y - 1) * Side) + 1, Inner), sum);
            TensorPrimitives.Subtract(sum, patch.Slice(((y + 1) * Side) + 1, Inner), sum);
            total += TensorPrimitives.Sum(sum);
            squares += TensorPrimitives.SumOfSquares(sum);
        }

        var mean = total / (Inner * Inner);
        return Math.Max(0, (squares / (Inner * Inner)) - (mean * mean));
    }

    private static void Resample(
        ReadOnlySpan<byte> luma, int stride, int frameWidth, int frameHeight,
        float left, float top, float width, float height, Span<float> patch)
    {
        var stepX = width / Side;
        var stepY = height / Side;
        var windowX = Math.Max(1, stepX);
        var windowY = Math.Max(1, stepY);

        // Columns [first, end) are all that any output column touches; their running sum makes every average two look-ups.
        var first = Math.Max(0, (int)MathF.Floor(left + (stepX / 2) - (windowX / 2)));
        var end = Math.Min(frameWidth, (int)MathF.Ceiling(left + width - (stepX / 2) + (windowX / 2)) + 1);
        var skip = ((end - first - 1) / MaxColumns) + 1;
        var columns = (end - first + skip - 1) / skip;
        Span<float> row = stackalloc float[columns];
        Span<float> prefix = stackalloc float[columns + 1];
        Span<Window> windows = stackalloc Window[Side];
        for (var x = 0; x < Side; x++)
        {
            var middle = left + ((x + 0.5f) * stepX) - first;
            windows[x] = new((middle - (windowX / 2)) / skip, (middle + (windowX / 2)) / skip, columns);
        }

        for (var y = 0; y < Side; y++)
        {
            var centre = top + ((y + 0.5f) * stepY);
            AverageRows(luma, stride, frameHeight, first, end, skip, centre - (windowY / 2), centre + (windowY / 2), row);
            var sum = 0f;
            for (var x = 0; x < row.Length; x++)
                prefix[x + 1] = sum += row[x];

            var target = patch.Slice(y * Side, Side);
            for (var x = 0; x < Side; x++)
                target[x] = windows[x].Average(prefix);
        }
    }

    private static void AverageRows(
        ReadOnlySpan<byte> luma, int stride, int frameHeight, int first, int end, int skip, float from, float to, Span<float> row)
    {
        row.Clear();
        from = Math.Clamp(from, 0, frameHeight - 0.5f);
        to = Math.Clamp(to, from + 0.5f, frameHeight);
        var scale = 1 / (to - from);
        for (var y = (int)from; y < to; y++)
        {
            var share = (Math.Min(to, y + 1) - Math.Max(from, y)) * scale;
            Accumulate(luma.Slice((y * stride) + first, end - first), skip, share, row);
        }
    }

    private static void Accumulate(ReadOnlySpan<byte> source, int skip, float share, Span<float> row)
    {
        var x = 0;
        if (skip == 1 && Vector256.IsHardwareAccelerated)
            x = AccumulateEights(source, share, row);

        for (; x < row.Length; x++)
            row[x] += source[x * skip] * share;
    }

    private static int AccumulateEights(ReadOnlySpan<byte> source, float share, Span<float> row)
    {
        var x = 0;
        for (; x <= row.Length - 8; x += 8)
        {
            var bytes = Vector64.Create(source.Slice(x, 8));
            var (low, high) = Vector128.Widen(
                Vector128.WidenLower(bytes.ToVector128Unsafe()));
            var values = Vector256.ConvertToSingle(
                Vector256.Create(low, high).AsInt32());
            var target = Vector256.Create<float>(row.Slice(x, 8));
            Vector256.CopyTo(target + (values * share), row.Slice(x, 8));
        }

        return x;
    }

    /// <summary>The columns that an output column averages, as two places in the running sum; the same for every row.</summary>
    private readonly struct Window
    {
        private readonly int _from;
        private readonly int _to;
        private readonly float _fromPart;
        private readonly float _toPart;
        private readonly float _scale;

        public Window(float from, float to, int columns)
        {
            from = Math.Clamp(from, 0, columns - 0.5f);
            to = Math.Clamp(to, from + 0.5f, columns);
            _from = (int)from;
            _to = Math.Min((int)to, columns - 1);
            _fromPart = from - _from;
            _toPart = to - _to;
            _scale = 1 / (to - from);
        }

        public float Average(ReadOnlySpan<float> prefix)
        {
            var from = prefix[_from] + (_fromPart * (prefix[_from + 1] - prefix[_from]));
            var to = prefix[_to] + (_toPart * (prefix[_to + 1] - prefix[_to]));
            return (to - from) * _scale;
        }
    }
}
