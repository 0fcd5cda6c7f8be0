using System.Numerics;
using Appliance.Core.Frames;
using Appliance.Inference.Embedding;

namespace Appliance.UnitTests.Inference.Embedding;

public class FaceWarpTests
{
    private const int Size = 16;

    [Fact]
    public void Write_WholeShift_CopiesTheLuma()
    {
        var frame = StridedFrame.Flat(64, 48, 0, 128, 128);
        for (var y = 0; y < 48; y++)
        {
            for (var x = 0; x < 64; x++)
                frame.SetLuma(x, y, (byte)((3 * x) + y));
        }

        var tensor = Warped(frame, new(1, 0, new(20, 10)));

        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
                Assert.Equal((3 * (x + 20)) + y + 10, tensor[(y * Size) + x], 0.01);
        }
    }

    [Fact]
    public void Write_QuarterTurn_TurnsThePicture()
    {
        var frame = StridedFrame.Flat(64, 64, 10, 128, 128);
        frame.SetLuma(30, 20, 250);

        // x′ = −y + 40, y′ = x + 15: the bright pixel (30, 20) is at (5, 10) of the crop.
        var tensor = Warped(frame, new(0, 1, new(40, 15)));

        Assert.Equal(250, tensor[(10 * Size) + 5], 0.01);
        Assert.Equal(10, tensor[(10 * Size) + 6], 0.01);
    }

    [Fact]
    public void Write_BothLayouts_GiveTheSame()
    {
        var transform = new SimilarityTransform(1.3f, 0.4f, new(12.3f, 5.7f));

        var planar = Warped(StridedFrame.Noise(81, 63, PixelFormat.I420, ColorSpace.Bt601Limited, padding: 0), transform);
        var interleaved = Warped(StridedFrame.Noise(81, 63, PixelFormat.Nv12, ColorSpace.Bt601Limited, padding: 9), transform);

        Assert.Equal(planar, interleaved);
    }

    [Fact]
    public void Write_OutsideOfTheFrame_IsBlack()
    {
        var frame = StridedFrame.Flat(32, 32, 235, 128, 128, ColorSpace.Bt601Limited);

        var tensor = Warped(frame, new(1, 0, new(-4, -4)));

        Assert.Equal(0, tensor[0], 0.01);
        Assert.Equal(0, tensor[(3 * Size) + 8], 0.01);
        Assert.Equal(255, tensor[(4 * Size) + 4], 0.01);
    }

    [Fact]
    public void Write_WayOutsideOfTheFrame_IsBlackAndHarmless()
    {
        var frame = StridedFrame.Noise(32, 32, PixelFormat.I420, ColorSpace.Bt601Full, padding: 0);

        Assert.All(Warped(frame, new(1, 0, new(1e6f, -1e6f))), value => Assert.Equal(0, value, 0.01));
    }

    [Fact]
    public void Write_MuchLargerFace_AveragesFineDetail()
    {
        var frame = StridedFrame.Flat(200, 200, 0, 128, 128);
        for (var y = 0; y < 200; y++)
        {
            for (var x = y % 2; x < 200; x += 2)
                frame.SetLuma(x, y, 200);
        }

        var tensor = Warped(frame, new(6, 0, new(40, 40)));

        Assert.All(tensor, value => Assert.InRange(value, 80, 120));
    }

    private static float[] Warped(Frame frame, SimilarityTransform transform)
    {
        var tensor = new float[3 * Size * Size];
        new FaceWarp(Contracts.Input(Size, Size)).Write(frame, transform, tensor);
        return tensor;
    }
}
