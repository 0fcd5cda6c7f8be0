using System.Diagnostics;
using Appliance.Inference.Health;

namespace Appliance.UnitTests.Inference.Health;

public class LatencyHistogramTests
{
    [Fact]
    public void Summarise_Nothing_IsZero() => Assert.Equal(default, new LatencyHistogram().Summarise().P99);

    [Fact]
    public void Summarise_HundredRuns_FindsThePercentilesWithinAStep()
    {
        var histogram = new LatencyHistogram();
        for (var i = 1; i <= 100; i++)
            histogram.Add(i * Stopwatch.Frequency / 1000);

        var summary = histogram.Summarise();

        Assert.Equal(100, histogram.Runs);
        Assert.InRange(summary.P50.TotalMilliseconds, 50, 57);
        Assert.InRange(summary.P95.TotalMilliseconds, 95, 108);
        Assert.InRange(summary.P99.TotalMilliseconds, 99, 112);
        Assert.Equal(100, summary.Max.TotalMilliseconds, 0.01);
        Assert.Equal(50.5, summary.Mean.TotalMilliseconds, 0.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue / 2)]
    public void Add_Extremes_AreCounted(long elapsed)
    {
        var histogram = new LatencyHistogram();

        histogram.Add(elapsed);

        Assert.Equal(1, histogram.Runs);
    }
}
