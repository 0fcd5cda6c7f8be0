using Appliance.Core.Detection;
using Appliance.Core.Frames;

namespace Appliance.Core.Evidence.Pictures;

/// <summary>
/// Makes a face unrecognisable: a mosaic of at most <see cref="CellsAcross"/> cells over the box and a margin around it, each cell the mean
/// of its pixels. A blur could be sharpened again; a mean cannot.
/// </summary>
public static class Pixelation
{
    /// <summary>Cells over the width of the widened box.</summary>
    public const int CellsAcross = 7;

    private const int SmallestCell = 8;
    private const float Margin = 0.35f;

    /// <summary>Changes the picture in place; what of the box lies outside it is ignored.</summary>
    public static void Apply(PooledFrame picture, in Box face)
    {
        var (left, right) = Clip(face.X - (Margin * face.Width), face.Right + (Margin * face.Width), picture.Width);
        var (top, bottom) = Clip(face.Y - (Margin * face.Height), face.Bottom + (Margin * face.Height), picture.Height);
        if (left >= right || top >= bottom)
            return;

        // Even, so that a cell of the luma is one of the chroma too.
        var cell = Math.Max(SmallestCell, (Math.Max(right - left, bottom - top) + CellsAcross - 1) / CellsAcross);
        cell += cell & 1;
        Mosaic(picture.Writable(0), picture.Stride(0), left, top, right, bottom, cell);
        for (var plane = 1; plane < 3; plane++)
        {
            Mosaic(
                picture.Writable(plane), picture.Stride(plane), left / 2, top / 2,
                Math.Min((right + 1) / 2, (picture.Width + 1) / 2), Math.Min((bottom + 1) / 2, (picture.Height + 1) / 2), cell / 2);
        }
    }

    private static (int From, int To) Clip(float from, float to, int size) =>
        ((int)Math.Clamp(MathF.Floor(from), 0, size) & ~1, (int)Math.Clamp(MathF.Ceiling(to), 0, size));

    private static void Mosaic(Span<byte> plane, int stride, int left, int top, int right, int bottom, int cell)
    {
        for (var y = top; y < bottom; y += cell)
        {
            var height = Math.Min(cell, bottom - y);
            for (var x = left; x < right; x += cell)
            {
                var width = Math.Min(cell, right - x);
                var sum = 0;
                for (var row = 0; row < height; row++)
                {
                    foreach (var value in plane.Slice(((y + row) * stride) + x, width))
                        sum += value;
                }

                var mean = (byte)(sum / (width * height));
                for (var row = 0; row < height; row++)
                    plane.Slice(((y + row) * stride) + x, width).Fill(mean);
            }
        }
    }
}
