using Appliance.Core.Frames;
using Appliance.Inference.Preprocessing;

namespace Appliance.UnitTests.Inference.Preprocessing;

public class ColorMatrixTests
{
    // Known pairs: the primaries of each standard, rounded to bytes, and the RGB they stand for.
    [Theory]
    [InlineData(ColorSpace.Bt601Limited, 16, 128, 128, 0, 0, 0)]
    [InlineData(ColorSpace.Bt601Limited, 235, 128, 128, 255, 255, 255)]
    [InlineData(ColorSpace.Bt601Limited, 81, 90, 240, 254, 0, 0)]
    [InlineData(ColorSpace.Bt709Limited, 63, 102, 240, 255, 0, 0)]
    [InlineData(ColorSpace.Bt709Limited, 32, 240, 118, 0, 0, 255)]
    [InlineData(ColorSpace.Bt601Full, 76, 85, 255, 254, 0, 0)]
    [InlineData(ColorSpace.Bt601Full, 150, 44, 21, 0, 255, 1)]
    [InlineData(ColorSpace.Bt709Full, 54, 99, 255, 254, 0, 0)]
    public void For_KnownColours_GivesTheirRgb(ColorSpace space, int y, int u, int v, int red, int green, int blue)
    {
        var matrix = ColorMatrix.For(space);
        var luma = matrix.Gain * (y - matrix.Black);

        Assert.Equal(red, luma + (matrix.RedV * (v - 128)), tolerance: 1.6);
        Assert.Equal(green, luma + (matrix.GreenU * (u - 128)) + (matrix.GreenV * (v - 128)), tolerance: 1.6);
        Assert.Equal(blue, luma + (matrix.BlueU * (u - 128)), tolerance: 1.6);
    }
}
