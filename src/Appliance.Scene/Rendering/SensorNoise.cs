using Appliance.Core.Frames;
using Appliance.Scene.Randomness;

namespace Appliance.Scene.Rendering;

/// <summary>Grain of a camera's sensor, different in each frame, from a table drawn once.</summary>
internal sealed class SensorNoise
{
    private const int Size = 1 << 16;

    private readonly sbyte[] _grain = new sbyte[Size];

    /// <param name="seed">The grain's pattern.</param>
    /// <param name="deviation">Standard deviation in luma steps (0..255).</param>
    public SensorNoise(ulong seed, float deviation)
    {
        var random = SeededRandom.For(seed, 0x6A11);
        foreach (ref var grain in _grain.AsSpan())
            grain = (sbyte)Math.Clamp(MathF.Round(random.Gaussian() * deviation), -120, 120);
    }

    public void AddTo(PooledFrame frame, long sequence)
    {
        var random = SeededRandom.For((ulong)sequence, 0x6A12);
        var luma = frame.Writable(0);
        for (var y = 0; y < frame.Height; y++)
        {
            var row = luma.Slice(y * frame.Stride(0), frame.Width);
            var at = random.Below(Size);
            foreach (ref var pixel in row)
            {
                pixel = (byte)Math.Clamp(pixel + _grain[at], 0, 255);
                at = (at + 1) & (Size - 1);
            }
        }
    }
}
