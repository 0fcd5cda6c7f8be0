using Appliance.Inference.Preprocessing;

namespace Appliance.UnitTests.Inference.Preprocessing;

public class LetterboxTests
{
    [Theory]
    [InlineData(1280, 720, 640, 360, 640, 384)]
    [InlineData(1920, 1080, 640, 360, 640, 384)]
    [InlineData(720, 1280, 360, 640, 384, 640)]
    [InlineData(640, 480, 640, 480, 640, 480)]
    [InlineData(3840, 2160, 640, 360, 640, 384)]
    [InlineData(704, 576, 640, 524, 640, 544)]
    [InlineData(320, 240, 320, 240, 320, 256)]
    public void Fit_CommonCameras_KeepsTheAspectInTheSmallestTensor(
        int width, int height, int scaledWidth, int scaledHeight, int tensorWidth, int tensorHeight)
    {
        var box = Letterbox.Fit(width, height, longSide: 640, multipleOf: 32);

        Assert.Equal(new(width, height, scaledWidth, scaledHeight, tensorWidth, tensorHeight), box);
    }

    [Fact]
    public void Fit_SliverOfOnePixel_StaysAtLeastOnePixel()
    {
        var box = Letterbox.Fit(5000, 1, longSide: 640, multipleOf: 32);

        Assert.Equal((640, 1), (box.ScaledWidth, box.ScaledHeight));
    }

    [Fact]
    public void Into_FixedTensor_FitsBothSides()
    {
        var box = Letterbox.Into(1080, 1920, 640, 640);

        Assert.Equal(new(1080, 1920, 360, 640, 640, 640), box);
        Assert.Equal(3, box.RatioX);
        Assert.Equal(3, box.RatioY);
    }
}
