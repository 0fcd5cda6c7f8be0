using Appliance.Core.Frames;
using Appliance.Scene.Rendering;

namespace Appliance.UnitTests.Scene.Rendering;

public class BlurTests
{
    [Fact]
    public void Apply_SinglePoint_SpreadsAndKeepsItsLight()
    {
        using var frame = new PooledFrame(32, 32);
        frame.Writable(0).Clear();
        frame.Writable(0)[(16 * 32) + 16] = 225;
        Blur.Apply(frame, 1);

        var sum = 0;
        foreach (var pixel in frame.Plane(0))
            sum += pixel;
        Assert.True(frame.Plane(0)[(16 * 32) + 16] < 60);
        Assert.True(frame.Plane(0)[(16 * 32) + 18] > 0);
        Assert.InRange(sum, 180, 270);
    }

    [Fact]
    public void Apply_FlatPicture_StaysFlat()
    {
        using var frame = new PooledFrame(32, 32);
        frame.Writable(0).Fill(77);
        Blur.Apply(frame, 3);

        Assert.Equal(-1, frame.Plane(0).IndexOfAnyExcept((byte)77));
    }
}
