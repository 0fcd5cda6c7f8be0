using Appliance.Core.Detection;
using Appliance.Core.Frames;

namespace Appliance.Scene.Sites;

/// <summary>A steel post close to the camera, right of the middle: whoever walks behind it is hidden for a moment.</summary>
internal readonly struct Post(int width, int height)
{
    private const float Place = 0.53f;
    private const float Share = 0.04f;

    /// <summary>The strip it hides.</summary>
    public Box Box { get; } = new((int)(width * Place) & ~1, 0, (int)(width * Share) & ~1, height);

    public void Draw(PooledFrame frame)
    {
        int left = (int)Box.X, wide = (int)Box.Width;
        for (var y = 0; y < frame.Height; y++)
        {
            var row = frame.Writable(0).Slice((y * frame.Stride(0)) + left, wide);
            for (var x = 0; x < wide; x++)
            {
                // Round: bright on the side of the light, dark at the edges.
                var across = ((x + 0.5f) / wide * 2) - 1;
                row[x] = (byte)(48 + (80 * MathF.Sqrt(1 - (across * across)) * (0.75f - (0.25f * across))));
            }
        }

        for (var plane = 1; plane < 3; plane++)
        {
            for (var y = 0; y < frame.Height / 2; y++)
                frame.Writable(plane).Slice((y * frame.Stride(plane)) + (left / 2), wide / 2).Fill(128);
        }
    }
}
