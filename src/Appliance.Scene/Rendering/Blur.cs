using System.Buffers;
using Appliance.Core.Frames;

namespace Appliance.Scene.Rendering;

/// <summary>A lens out of focus: a triangle filter (two box filters) over all planes.</summary>
internal static class Blur
{
    /// <param name="frame">Changed in place.</param>
    /// <param name="radius">Half width of the box in luma pixels; 0 leaves the picture sharp.</param>
    public static void Apply(PooledFrame frame, int radius)
    {
        if (radius <= 0)
            return;

        Plane(frame.Writable(0), frame.Width, frame.Height, radius);
        int width = (frame.Width + 1) / 2, height = (frame.Height + 1) / 2;
        for (var plane = 1; plane < 3; plane++)
            Plane(frame.Writable(plane), width, height, (radius + 1) / 2);
    }

    private static void Plane(Span<byte> plane, int width, int height, int radius)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(Math.Max(width, height));
        for (var pass = 0; pass < 2; pass++)
        {
            for (var y = 0; y < height; y++)
                Line(plane[(y * width)..], scratch, width, 1, radius);
            for (var x = 0; x < width; x++)
                Line(plane[x..], scratch, height, width, radius);
        }

        ArrayPool<byte>.Shared.Return(scratch);
    }

    private static void Line(Span<byte> line, Span<byte> scratch, int length, int step, int radius)
    {
        for (var i = 0; i < length; i++)
            scratch[i] = line[i * step];

        var sum = 0;
        for (var i = -radius; i <= radius; i++)
            sum += scratch[Math.Clamp(i, 0, length - 1)];

        var size = (2 * radius) + 1;
        for (var i = 0; i < length; i++)
        {
            line[i * step] = (byte)((sum + radius) / size);
            sum += scratch[Math.Min(i + radius + 1, length - 1)] - scratch[Math.Max(i - radius, 0)];
        }
    }
}
