using Appliance.Core.Frames;

namespace Appliance.Benchmarks.Inference;

/// <summary>A picture of seeded noise: what scaling and colour cost does not depend on what is in it.</summary>
internal static class NoiseFrame
{
    internal static PooledFrame Create(int width, int height)
    {
        var frame = new PooledFrame(width, height, ColorSpace.Bt709Limited);
        var random = new Random(1);
        for (var plane = 0; plane < 3; plane++)
            random.NextBytes(frame.Writable(plane));
        return frame;
    }
}
