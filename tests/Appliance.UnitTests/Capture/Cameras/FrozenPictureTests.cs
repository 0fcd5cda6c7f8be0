using Appliance.Capture.Cameras;
using Appliance.Core.Cameras;
using Appliance.Core.Frames;

namespace Appliance.UnitTests.Capture.Cameras;

public sealed class FrozenPictureTests
{
    [Fact]
    public void See_SamePicture_KeepsTheTimeOfTheChange()
    {
        var frozen = new FrozenPicture();

        foreach (var time in (long[])[10, 20, 30])
            See(frozen, brightness: 80, time);

        Assert.Equal(10, frozen.ChangedAt);
    }

    [Fact]
    public void See_OneSampleDiffers_IsAChange()
    {
        var frozen = new FrozenPicture();
        See(frozen, brightness: 80, time: 10);
        using var frame = Picture(80, time: 20);
        frame.Writable(0)[0]++;

        frozen.See(frame);

        Assert.Equal(20, frozen.ChangedAt);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(31, 17)]
    public void See_SmallPicture_Works(int width, int height)
    {
        var frozen = new FrozenPicture();
        using var frame = new PooledFrame(width, height);
        frame.Stamp(new CameraId("a"), 0, default, default, 7);

        frozen.See(frame);

        Assert.Equal(7, frozen.ChangedAt);
    }

    private static void See(FrozenPicture frozen, byte brightness, long time)
    {
        using var frame = Picture(brightness, time);
        frozen.See(frame);
    }

    private static PooledFrame Picture(byte brightness, long time)
    {
        var frame = new PooledFrame(320, 180);
        frame.Writable(0).Fill(brightness);
        frame.Stamp(new CameraId("a"), 0, default, default, time);
        return frame;
    }
}
