using Appliance.Core.Detection;
using Appliance.Core.Evidence.Pictures;
using Appliance.Core.Frames;

namespace Appliance.UnitTests.Core.Evidence.Pictures;

public class PixelationTests
{
    [Fact]
    public void Apply_Face_LeavesFewShadesThereAndTheRestAlone()
    {
        using var picture = Noise(320, 240);
        using var before = PooledFrame.CopyOf(picture);

        Pixelation.Apply(picture, new Box(100, 60, 60, 80));

        Assert.InRange(Shades(picture, 100, 60, 60, 80), 1, 49);
        Assert.True(Shades(before, 100, 60, 60, 80) > 200);
        Assert.Equal(before.Plane(0)[..(320 * 20)], picture.Plane(0)[..(320 * 20)]);
        Assert.NotEqual(before.Plane(1).ToArray(), picture.Plane(1).ToArray());
    }

    [Theory]
    [InlineData(-50, -50, 60, 60)]
    [InlineData(310, 230, 60, 60)]
    [InlineData(1000, 1000, 20, 20)]
    [InlineData(-100, -100, 600, 600)]
    public void Apply_BoxBeyondTheBorder_StaysInThePicture(float x, float y, float width, float height)
    {
        using var picture = Noise(321, 241);

        Pixelation.Apply(picture, new Box(x, y, width, height));

        Assert.Equal(321, picture.Width);
    }

    [Fact]
    public void Cut_Face_IsThatPartOfTheFrame()
    {
        using var picture = Noise(320, 240);
        var area = FaceCrop.Area(320, 240, new Box(100, 60, 40, 40))!.Value;

        using var crop = FaceCrop.Cut(picture, area);

        Assert.Equal((80, 40, 80, 80), area);
        Assert.Equal(picture.Plane(0).Slice((41 * 320) + 80, 80), crop.Plane(0).Slice(80, 80));
        Assert.Null(FaceCrop.Area(320, 240, new Box(400, 60, 40, 40)));
    }

    private static int Shades(PooledFrame picture, int x, int y, int width, int height)
    {
        var shades = new HashSet<byte>();
        for (var row = y; row < y + height; row++)
        {
            foreach (var value in picture.Plane(0).Slice((row * picture.Stride(0)) + x, width))
                shades.Add(value);
        }

        return shades.Count;
    }

    private static PooledFrame Noise(int width, int height)
    {
        var picture = new PooledFrame(width, height);
        var random = new Random(3);
        for (var plane = 0; plane < 3; plane++)
            random.NextBytes(picture.Writable(plane));
        return picture;
    }
}
