using Appliance.Delivery.Sparkplug;

namespace Appliance.UnitTests.Delivery.Sparkplug;

public sealed class MetricTests
{
    [Theory]
    [InlineData(12.0, 12.9, false)]
    [InlineData(12.0, 13.0, true)]
    [InlineData(0.5, 0.0, true)]
    [InlineData(0.0, 0.4, true)]
    [InlineData(12.0, 12.0, false)]
    public void Take_WithDeadband_ReportsRealChangesOnly(double before, double after, bool expected)
    {
        var metric = new Metric("Stream/FPS", SparkplugType.Double, deadband: 1);
        metric.Take(MetricValue.Of(before));

        Assert.Equal(expected, metric.Take(MetricValue.Of(after)));
    }

    [Fact]
    public void Take_FromAndToUnknown_IsAChange()
    {
        var metric = new Metric("Occupancy", SparkplugType.Int32);

        Assert.False(metric.Take(MetricValue.Null));
        Assert.True(metric.Take(MetricValue.Of(0L)));
        Assert.True(metric.Take(MetricValue.Null));
    }

    [Fact]
    public void History_MoreThanFits_LosesTheOldestAndSaysSo()
    {
        var metric = new Metric("Health/Faults", SparkplugType.Int32);
        var source = new MetricSource(null, [metric]);
        var other = new MetricSource("gate", []);
        var ring = new HistoryRing(3);
        for (var i = 0; i < 5; i++)
            ring.Add(i == 3 ? other : source, new(metric, MetricValue.Of((long)i), DateTimeOffset.UnixEpoch));

        var taken = new List<MetricChange>();
        ring.Take(source, 10, taken);

        Assert.Equal([2L, 4L], taken.Select(change => change.Value.Integer));
        Assert.Equal((2, 1), (ring.Dropped, ring.Count));
    }
}
