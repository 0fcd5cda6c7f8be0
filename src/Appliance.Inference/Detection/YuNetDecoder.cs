using System.Numerics;
using System.Runtime.InteropServices;
using Appliance.Core.Detection;
using Appliance.Inference.Preprocessing;

namespace Appliance.Inference.Detection;

/// <summary>
/// YuNet's outputs to faces (Wu, Peng and Yu, "YuNet: A Tiny Millisecond-level Face Detector", 2023): score = √(class · object),
/// centre = (cell + d) · stride, size = exp(s) · stride, landmark = (cell + l) · stride, in pixels of the tensor.
/// </summary>
internal static class YuNetDecoder
{
    /// <summary>Adds every cell of one level whose score reaches <paramref name="threshold"/>, in pixels of the frame.</summary>
    internal static void Decode(
        YuNetLevel level, int picture, float threshold, in Letterbox box, List<FaceDetection> candidates)
    {
        var classes = level.Class(picture);
        var objects = level.Object(picture);
        var least = threshold * threshold;
        for (var cell = FindCandidate(classes, objects, least, 0); cell >= 0;
             cell = FindCandidate(classes, objects, least, cell + 1))
        {
            var score = MathF.Sqrt(Math.Clamp(classes[cell], 0, 1) * Math.Clamp(objects[cell], 0, 1));
            if (score >= threshold)
                candidates.Add(Face(level, level.Box(picture, cell), level.Landmarks(picture, cell), cell, score, box));
        }
    }

    /// <summary>
    /// The first cell at or after <paramref name="from"/> with class · object ≥ <paramref name="least"/>, or −1. Of thousands of cells a
    /// handful pass, so whole vectors of them are dismissed at once.
    /// </summary>
    internal static int FindCandidate(ReadOnlySpan<float> classes, ReadOnlySpan<float> objects, float least, int from)
    {
        ref var first = ref MemoryMarshal.GetReference(classes);
        ref var second = ref MemoryMarshal.GetReference(objects[..classes.Length]);
        var cell = from;
        if (Vector.IsHardwareAccelerated)
        {
            var limit = new Vector<float>(least);
            while (cell <= classes.Length - Vector<float>.Count)
            {
                var scores = Vector.LoadUnsafe(ref first, (nuint)cell) * Vector.LoadUnsafe(ref second, (nuint)cell);
                if (Vector.GreaterThanOrEqualAny(scores, limit))
                    break;
                cell += Vector<float>.Count;
            }
        }

        for (; cell < classes.Length; cell++)
        {
            if (classes[cell] * objects[cell] >= least)
                return cell;
        }

        return -1;
    }

    private static FaceDetection Face(
        YuNetLevel level, ReadOnlySpan<float> shape, ReadOnlySpan<float> points, int cell, float score, in Letterbox box)
    {
        var (row, column) = Math.DivRem(cell, level.Columns);
        var corner = new Vector2(column, row);
        var unit = level.Stride * new Vector2(box.RatioX, box.RatioY);
        var centre = (corner + new Vector2(shape[0], shape[1])) * unit;
        var size = new Vector2(MathF.Exp(shape[2]), MathF.Exp(shape[3])) * unit;
        var origin = centre - (size / 2);
        return new(
            new(origin.X, origin.Y, size.X, size.Y),
            new(
                Point(points, 0, corner, unit), Point(points, 1, corner, unit), Point(points, 2, corner, unit),
                Point(points, 3, corner, unit), Point(points, 4, corner, unit)),
            score);
    }

    private static Vector2 Point(ReadOnlySpan<float> points, int index, Vector2 corner, Vector2 unit) =>
        (corner + new Vector2(points[2 * index], points[(2 * index) + 1])) * unit;
}
