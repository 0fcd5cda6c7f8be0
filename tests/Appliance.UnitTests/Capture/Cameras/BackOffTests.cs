using Appliance.Capture.Cameras;

namespace Appliance.UnitTests.Capture.Cameras;

public sealed class BackOffTests
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(30);

    [Fact]
    public void Next_Repeated_DoublesUpToTheLimit()
    {
        var backOff = new BackOff(s_first, s_most, () => 0.5);

        var pauses = Enumerable.Range(0, 8).Select(_ => backOff.Next().TotalSeconds);

        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30], pauses);
    }

    [Theory]
    [InlineData(0, 0.8)]
    [InlineData(1, 1.2)]
    public void Next_Jitter_IsTwentyPercent(double random, double expected) =>
        Assert.Equal(expected, new BackOff(s_first, s_most, () => random).Next().TotalSeconds, 6);

    [Fact]
    public void Reset_AfterFailures_BeginsAnew()
    {
        var backOff = new BackOff(s_first, s_most, () => 0.5);
        backOff.Next();
        backOff.Next();

        backOff.Reset();

        Assert.Equal(1, backOff.Next().TotalSeconds);
    }

    [Fact]
    public void Next_ForEver_StaysAtTheLimit()
    {
        var backOff = new BackOff(s_first, s_most, () => 0.5);
        for (var i = 0; i < 10_000; i++)
            backOff.Next();

        Assert.Equal(s_most, backOff.Next());
    }
}
