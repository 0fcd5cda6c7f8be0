using System.Runtime.InteropServices;
using Appliance.Core.Frames;

namespace Appliance.Scene.Rendering;

/// <summary>Lays a canvas over an I420 picture: samples become pixels, edges become soft. BT.601, limited range.</summary>
internal static class FrameCompositor
{
    /// <summary>Writes what is drawn on <paramref name="canvas"/> into the planes; the rest stays.</summary>
    public static void Blend(Canvas canvas, PooledFrame frame)
    {
        var luma = frame.Writable(0);
        var u = frame.Writable(1);
        var v = frame.Writable(2);
        var lumaStride = frame.Stride(0);
        var chromaStride = frame.Stride(1);
        var samples = canvas.Pixels;
        var pairs = MemoryMarshal.Cast<uint, ulong>(samples);
        var pairStride = canvas.Width / 2;
        int width = canvas.Width / 4, height = canvas.Height / 4;
        for (var y = 0; y < height; y++)
        {
            var pictureY = canvas.Top + (2 * y);
            if (pictureY < 0 || pictureY + 1 >= frame.Height)
                continue;

            for (var x = 0; x < width; x++)
            {
                var pictureX = canvas.Left + (2 * x);
                if (pictureX < 0 || pictureX + 1 >= frame.Width)
                    continue;

                var first = (4 * y * pairStride) + (2 * x);
                var any = pairs[first] | pairs[first + 1];
                for (var row = 1; row < 4; row++)
                    any |= pairs[first + (row * pairStride)] | pairs[first + (row * pairStride) + 1];
                if (any == 0)
                    continue;

                int red = 0, green = 0, blue = 0, cover = 0;
                for (var quarter = 0; quarter < 4; quarter++)
                {
                    int dx = quarter & 1, dy = quarter >> 1;
                    var i = (((4 * y) + (2 * dy)) * canvas.Width) + (4 * x) + (2 * dx);
                    var own = 0;
                    int r = 0, g = 0, b = 0;
                    Add(samples[i], ref r, ref g, ref b, ref own);
                    Add(samples[i + 1], ref r, ref g, ref b, ref own);
                    Add(samples[i + canvas.Width], ref r, ref g, ref b, ref own);
                    Add(samples[i + canvas.Width + 1], ref r, ref g, ref b, ref own);
                    if (own == 0)
                        continue;

                    ref var pixel = ref luma[((pictureY + dy) * lumaStride) + pictureX + dx];
                    var light = ((66 * r) + (129 * g) + (25 * b) + (128 * own)) >> 8;
                    pixel = (byte)((light + (16 * own) + (pixel * (4 - own)) + 2) >> 2);
                    red += r;
                    green += g;
                    blue += b;
                    cover += own;
                }

                if (cover == 0)
                    continue;

                var chroma = ((pictureY / 2) * chromaStride) + (pictureX / 2);
                u[chroma] = Mix(u[chroma], (-38 * red) - (74 * green) + (112 * blue), cover);
                v[chroma] = Mix(v[chroma], (112 * red) - (94 * green) - (18 * blue), cover);
            }
        }
    }

    private static void Add(uint sample, ref int red, ref int green, ref int blue, ref int cover)
    {
        red += (int)(sample & 255);
        green += (int)((sample >> 8) & 255);
        blue += (int)((sample >> 16) & 255);
        cover += (int)(sample >> 31);
    }

    /// <param name="old">Background.</param>
    /// <param name="weighted">256 × chroma difference, summed over the covered samples.</param>
    /// <param name="cover">Covered samples of 16.</param>
    private static byte Mix(byte old, int weighted, int cover) =>
        (byte)(((weighted >> 8) + (128 * cover) + (old * (16 - cover)) + 8) >> 4);
}
