using Appliance.Scene.Checks;

namespace Appliance.UnitTests.Scene.Checks;

public class DistributionTests
{
    [Fact]
    public void Of_HundredAndOneSteps_GivesTheirPercentiles()
    {
        var measured = Distribution.Of(Enumerable.Range(0, 101).Reverse().Select(i => i / 100f));

        Assert.Equal(new Distribution(101, 0, 0.05f, 0.5f, 0.95f, 1), measured);
    }

    [Fact]
    public void Of_Nothing_IsZero() => Assert.Equal(new Distribution(0, 0, 0, 0, 0, 0), Distribution.Of([]));
}
