using Appliance.Core.Analysis;
using Appliance.Core.Frames;
using Appliance.Core.Rules;
using Appliance.UnitTests.Support;

namespace Appliance.UnitTests.Core.Analysis;

public class PictureCheckTests
{
    private readonly PictureCheck _check = new();
    private readonly PictureOptions _options = new();
    private readonly Random _noise = new(3);

    [Fact]
    public void Look_QuietScene_FindsNothing()
    {
        for (var frame = 0; frame < 300; frame++)
            Assert.Equal(0, Look(Scene));
    }

    [Theory]
    [InlineData(TamperKind.Dark)]
    [InlineData(TamperKind.Bright)]
    [InlineData(TamperKind.Covered)]
    [InlineData(TamperKind.Blurred)]
    [InlineData(TamperKind.SceneChanged)]
    public void Look_Tampered_NamesIt(TamperKind kind)
    {
        Settle();

        var found = Look(kind switch
        {
            TamperKind.Dark => static (x, y) => 6,
            TamperKind.Bright => static (x, y) => 250,
            TamperKind.Covered => static (x, y) => 70,
            TamperKind.Blurred => static (x, y) => 100 + (30 * Math.Sin(x / 40.0)),
            _ => static (x, y) => 255 - Scene(x, y),
        });

        Assert.NotEqual(0, found & (1 << (int)kind));
    }

    [Fact]
    public void Look_SomebodyWalksThrough_FindsNothing()
    {
        Settle();

        for (var step = 0; step < 60; step++)
        {
            var at = step * 5;
            Assert.Equal(0, Look((x, y) => x >= at && x < at + 60 ? 40 + ((x + y) % 7 * 8) : Scene(x, y)));
        }
    }

    [Fact]
    public void Look_AnotherSceneForLong_BecomesTheUsualOne()
    {
        Settle();
        static double Other(int x, int y) => 255 - Scene(x, y);

        using var other = Picture(Other);

        var first = _check.Look(other, _options);
        for (var frame = 0; frame < 20_000; frame++)
            _check.Look(other, _options);

        Assert.NotEqual(0, first);
        Assert.Equal(0, _check.Look(other, _options));
    }

    [Fact]
    public void Look_InSteadyState_AllocatesNothing()
    {
        Settle();
        using var frame = Picture(Scene);

        var picture = frame;
        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 50; i++)
                _check.Look(picture, _options);
        });

        Assert.Equal(0, allocated);
    }

    private static double Scene(int x, int y) => 60 + (x * 120 / 320) + ((x / 8) + (y / 8)) % 2 * 40 + (x % 2 * 12);

    private void Settle()
    {
        for (var frame = 0; frame < 80; frame++)
            Look(Scene);
    }

    private int Look(Func<int, int, double> scene)
    {
        using var frame = Picture(scene);
        return _check.Look(frame, _options);
    }

    private PooledFrame Picture(Func<int, int, double> scene)
    {
        var frame = new PooledFrame(320, 180);
        var luma = frame.Writable(0);
        for (var i = 0; i < luma.Length; i++)
            luma[i] = (byte)Math.Clamp(scene(i % 320, i / 320) + _noise.Next(-2, 3), 0, 255);
        return frame;
    }
}
