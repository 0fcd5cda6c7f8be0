using Appliance.Daemon.Endpoints.Metrics;

namespace Appliance.UnitTests.Daemon.Endpoints;

public class PrometheusTextTests
{
    [Fact]
    public void Sample_LabelsWithSpecialSigns_AreEscaped()
    {
        var text = new PrometheusText().Metric("m", "gauge", "Help\nhere.").Sample("m", 1.5, "a", "x\"y\\z\n", "b", "c").ToString();

        Assert.Equal("# HELP m Help\\nhere.\n# TYPE m gauge\nm{a=\"x\\\"y\\\\z\\n\",b=\"c\"} 1.5\n", text);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e18, "1E+18")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    public void Sample_Number_IsWrittenForMachines(double value, string expected) =>
        Assert.Equal($"m {expected}\n", new PrometheusText().Sample("m", value).ToString());
}
