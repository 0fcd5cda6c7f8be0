using Appliance.Capture.Frames;

namespace Appliance.UnitTests.Capture.Frames;

public sealed class RateGateTests
{
    [Theory]
    [InlineData(25, 10, 100)]
    [InlineData(30, 15, 150)]
    [InlineData(30, 7, 70)]
    [InlineData(12, 60, 120)]
    [InlineData(10, 10, 100)]
    public void Admit_SteadyStream_KeepsTheAverage(double streamRate, double limit, int expectedInTenSeconds)
    {
        var gate = new RateGate(limit);

        var admitted = Times(streamRate, seconds: 10).Count(gate.Admit);

        Assert.InRange(admitted, expectedInTenSeconds - 1, expectedInTenSeconds + 1);
    }

    [Fact]
    public void Admit_JitterAtTheLimit_DoesNotHalveTheRate()
    {
        var random = new Random(3);
        var gate = new RateGate(10);

        var admitted = Times(10, seconds: 10).Count(time => gate.Admit(time + random.Next(-15_000_000, 15_000_000)));

        Assert.InRange(admitted, 97, 100);
    }

    [Fact]
    public void Admit_TimeJumpsBack_BeginsAnew()
    {
        var gate = new RateGate(10);
        gate.Admit(3_600_000_000_000);

        Assert.True(gate.Admit(0));
        Assert.False(gate.Admit(40_000_000));
        Assert.True(gate.Admit(100_000_000));
    }

    [Fact]
    public void Admit_NoLimit_LetsEverythingThrough()
    {
        var gate = new RateGate(0);

        Assert.All(Times(25, seconds: 1), time => Assert.True(gate.Admit(time)));
    }

    private static IEnumerable<long> Times(double rate, int seconds) =>
        Enumerable.Range(0, (int)(rate * seconds)).Select(i => (long)(i * 1e9 / rate));
}
