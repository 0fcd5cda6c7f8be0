using System.Numerics;
using Appliance.Core.Frames;
using Appliance.Scene.Rendering;

namespace Appliance.UnitTests.Scene.Rendering;

public class FrameCompositorTests
{
    [Theory]
    [InlineData(255, 255, 255, 235, 128, 128)]
    [InlineData(0, 0, 0, 16, 128, 128)]
    [InlineData(255, 0, 0, 82, 90, 240)]
    [InlineData(0, 0, 255, 41, 240, 110)]
    public void Blend_FullCover_GivesBt601(int red, int green, int blue, byte y, byte u, byte v)
    {
        using var frame = Grey();
        var canvas = new Canvas();
        canvas.Reset(4, 4, 8, 8);
        canvas.Pixels.Fill(0xFF000000u | ((uint)blue << 16) | ((uint)green << 8) | (uint)red);
        FrameCompositor.Blend(canvas, frame);

        Assert.InRange(frame.Plane(0)[(6 * 16) + 6], y - 1, y + 1);
        Assert.InRange(frame.Plane(1)[(3 * 8) + 3], u - 1, u + 1);
        Assert.InRange(frame.Plane(2)[(3 * 8) + 3], v - 1, v + 1);
        Assert.Equal(100, frame.Plane(0)[0]);
    }

    [Fact]
    public void Blend_HalfCoveredPixel_IsHalfway()
    {
        using var frame = Grey();
        var canvas = new Canvas();
        canvas.Reset(4, 4, 8, 8);
        canvas.Pixels[0] = 0xFFFFFFFF;
        canvas.Pixels[1] = 0xFFFFFFFF;
        FrameCompositor.Blend(canvas, frame);

        Assert.InRange(frame.Plane(0)[(4 * 16) + 4], 166, 169);
        Assert.Equal(100, frame.Plane(0)[(4 * 16) + 5]);
    }

    [Fact]
    public void Pack_LinearGrey_IsSrgb()
    {
        var packed = Canvas.Pack(new Vector3(0.2140f));

        Assert.InRange((int)(packed & 255), 126, 129);
    }

    private static PooledFrame Grey()
    {
        var frame = new PooledFrame(16, 16);
        frame.Writable(0).Fill(100);
        frame.Writable(1).Fill(128);
        frame.Writable(2).Fill(128);
        return frame;
    }
}
