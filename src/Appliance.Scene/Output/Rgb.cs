using Appliance.Core.Frames;

namespace Appliance.Scene.Output;

/// <summary>I420 (BT.601, limited range) to interleaved 8-bit RGB.</summary>
public static class Rgb
{
    /// <param name="frame">As rendered.</param>
    /// <param name="rgb">Width × Height × 3 bytes, row by row.</param>
    public static void Copy(PooledFrame frame, Span<byte> rgb)
    {
        for (var y = 0; y < frame.Height; y++)
            Row(frame, y, rgb.Slice(y * frame.Width * 3, frame.Width * 3));
    }

    internal static void Row(PooledFrame frame, int y, Span<byte> rgb)
    {
        var luma = frame.Plane(0).Slice(y * frame.Stride(0), frame.Width);
        var u = frame.Plane(1)[(y / 2 * frame.Stride(1))..];
        var v = frame.Plane(2)[(y / 2 * frame.Stride(2))..];
        for (var x = 0; x < luma.Length; x++)
        {
            int c = 298 * (luma[x] - 16), d = u[x / 2] - 128, e = v[x / 2] - 128;
            rgb[3 * x] = (byte)Math.Clamp((c + (409 * e) + 128) >> 8, 0, 255);
            rgb[(3 * x) + 1] = (byte)Math.Clamp((c - (100 * d) - (208 * e) + 128) >> 8, 0, 255);
            rgb[(3 * x) + 2] = (byte)Math.Clamp((c + (516 * d) + 128) >> 8, 0, 255);
        }
    }
}
