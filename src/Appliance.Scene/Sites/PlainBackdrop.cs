using Appliance.Core.Frames;
using Appliance.Scene.Randomness;

namespace Appliance.Scene.Sites;

/// <summary>A sheet of one colour with a soft light fall-off, as behind a passport photo, or a blurred room.</summary>
internal static class PlainBackdrop
{
    public static void Fill(PooledFrame frame, byte luma, byte u, byte v, float unevenness, uint pattern)
    {
        var y = frame.Writable(0);
        for (var row = 0; row < frame.Height; row++)
        {
            for (var column = 0; column < frame.Width; column++)
            {
                var shade = ValueNoise.At(column * 3f / frame.Width, row * 3f / frame.Width, pattern) * unevenness;
                y[(row * frame.Width) + column] = (byte)Math.Clamp(luma + shade, 16, 235);
            }
        }

        frame.Writable(1).Fill(u);
        frame.Writable(2).Fill(v);
    }
}
