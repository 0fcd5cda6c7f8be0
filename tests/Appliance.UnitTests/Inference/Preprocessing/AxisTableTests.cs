using Appliance.Inference.Preprocessing;

namespace Appliance.UnitTests.Inference.Preprocessing;

public class AxisTableTests
{
    [Theory]
    [InlineData(640, 640, 1)]
    [InlineData(1280, 640, 2)]
    [InlineData(1920, 640, 3)]
    public void Create_WholeRatio_LaysWindowsSideBySide(int source, int target, int window)
    {
        var table = AxisTable.Create(source, target);

        Assert.True(table.IsExact);
        Assert.Equal(window, table.Window);
    }

    [Theory]
    [InlineData(704, 640)]
    [InlineData(320, 640)]
    [InlineData(1000, 333)]
    [InlineData(1, 7)]
    [InlineData(7, 1)]
    [InlineData(20000, 640)]
    public void Create_AnyRatio_NeverReadsOutsideTheSource(int source, int target)
    {
        var table = AxisTable.Create(source, target);

        for (var i = 0; i < target; i++)
        {
            var last = table.Starts[i] + table.Window - (table.Fractions[i] > 0 ? 0 : 1);
            Assert.InRange(table.Starts[i], 0, source - 1);
            Assert.InRange(last, 0, source - 1);
            Assert.InRange(table.Fractions[i], 0, 1);
        }
    }

    [Fact]
    public void Create_ThreeHalves_CentresTheWindowOnTheTargetPixel()
    {
        var table = AxisTable.Create(960, 640);

        for (var i = 10; i < 20; i++)
        {
            var centre = table.Starts[i] + table.Fractions[i] + (table.Window / 2f);
            Assert.Equal((i + 0.5f) * 1.5f, centre, 4);
        }
    }
}
