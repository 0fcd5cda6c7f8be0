using Appliance.Daemon.Host.Configuration;

namespace Appliance.UnitTests.Daemon.Host.Configuration;

public class DurationTests
{
    [Theory]
    [InlineData("00:00:10", 10)]
    [InlineData("00:00:00.25", 0.25)]
    [InlineData("24:00:00", 86_400)]
    [InlineData("1.00:00:00", 86_400)]
    [InlineData("365.00:00:00", 31_536_000)]
    public void Parse_OfTheForm_IsThatLong(string text, double seconds) =>
        Assert.Equal(seconds, Duration.Parse(text)?.TotalSeconds);

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("10s")]
    [InlineData("-00:00:10")]
    [InlineData("00:60:00")]
    [InlineData("00:00:10 ")]
    public void Parse_OfAnotherForm_IsNull(string text) => Assert.Null(Duration.Parse(text));
}
