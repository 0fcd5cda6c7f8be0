using Appliance.Core.Analysis;
using Appliance.Core.Frames;

namespace Appliance.UnitTests.Core.Analysis;

public class CutDetectorTests
{
    [Fact]
    public void IsCut_FirstFrame_IsNone()
    {
        using var frame = Picture(seed: 1);

        Assert.False(new CutDetector().IsCut(frame));
    }

    [Fact]
    public void IsCut_AnotherScene_IsOneOnce()
    {
        using var before = Picture(seed: 1);
        using var after = Picture(seed: 2);
        var detector = new CutDetector();
        detector.IsCut(before);

        Assert.True(detector.IsCut(after));
        Assert.False(detector.IsCut(after));
    }

    [Fact]
    public void IsCut_NoiseOnTheSameScene_IsNone()
    {
        using var before = Picture(seed: 1);
        using var after = Picture(seed: 1, noise: 5);
        var detector = new CutDetector();
        detector.IsCut(before);

        Assert.False(detector.IsCut(after));
    }

    [Fact]
    public void IsCut_SomebodyFillsAThirdOfThePicture_IsNone()
    {
        using var before = Picture(seed: 1);
        using var after = Picture(seed: 1, covered: 0.33f);
        var detector = new CutDetector();
        detector.IsCut(before);

        Assert.False(detector.IsCut(after));
    }

    private static PooledFrame Picture(int seed, int noise = 0, float covered = 0)
    {
        const int width = 192;
        const int height = 128;
        var scene = new Random(seed);
        var grain = new Random(99);
        var blocks = new byte[(width / 8) * (height / 8)];
        scene.NextBytes(blocks);
        var frame = new PooledFrame(width, height);
        var luma = frame.Writable(0);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var value = x < covered * width ? 128 : blocks[(y / 8 * (width / 8)) + (x / 8)];
                luma[(y * width) + x] = (byte)Math.Clamp(value + grain.Next(-noise, noise + 1), 0, 255);
            }
        }

        return frame;
    }
}
