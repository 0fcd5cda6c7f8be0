using Appliance.Core;

namespace Appliance.UnitTests.Core;

public sealed class BackOffTests
{
    [Fact]
    public void Next_AgainAndAgain_DoublesUpToTheLongestWithAtMostAQuarterMore()
    {
        var backOff = new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), new Random(1));

        var pauses = Enumerable.Range(0, 6).Select(_ => backOff.Next().TotalSeconds).ToArray();

        double[] floors = [1, 2, 4, 8, 10, 10];
        Assert.All(pauses.Zip(floors), pair => Assert.InRange(pair.First, pair.Second, pair.Second * 1.25));
        Assert.True(pauses[4] != pauses[5], "no jitter");
    }

    [Fact]
    public void Reset_AfterSome_StartsSmallAgain()
    {
        var backOff = new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        for (var i = 0; i < 5; i++)
            backOff.Next();

        backOff.Reset();

        Assert.InRange(backOff.Next().TotalSeconds, 1, 1.25);
    }
}
