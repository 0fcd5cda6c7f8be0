using Appliance.Core.Outputs;

namespace Appliance.UnitTests.Core.Outputs;

public class OutputPatternTests
{
    [Theory]
    [InlineData("on 0.5 s, off 0.5 s × 10", 9.5)]
    [InlineData("on 500 ms, off 500ms x 10", 9.5)]
    [InlineData("on 1 min", 60)]
    [InlineData("on 1 s, off 0.2 s, on 0.1 s, off 0.2 s * 2", 2.8)]
    public void Parse_GoodText_HasTheLengthToTheEndOfTheLastFlash(string text, double seconds)
    {
        var pattern = OutputPattern.Parse(text, out _);

        Assert.Equal(TimeSpan.FromSeconds(seconds), pattern!.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("off 1 s, on 1 s")]
    [InlineData("on 1 s, on 1 s")]
    [InlineData("on 1 s × 3")]
    [InlineData("on 10 ms, off 1 s × 3")]
    [InlineData("on 1 s, off 1 s × 0")]
    [InlineData("on 1 s, off 1 s × 2000")]
    [InlineData("on 1, off 1 × 2")]
    public void Parse_BadText_SaysWhy(string text)
    {
        Assert.Null(OutputPattern.Parse(text, out var fault));
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void IsOn_Through_FlashesAsWrittenAndStaysOff()
    {
        var pattern = OutputPattern.Parse("on 0.5 s, off 1 s × 2", out _)!;

        var seen = new List<(double, bool, double)>();
        foreach (var at in (double[])[0, 0.49, 0.5, 1.49, 1.5, 1.99, 2, 99])
            seen.Add((at, pattern.IsOn(TimeSpan.FromSeconds(at), out var next), next.TotalSeconds));

        Assert.Equal(
            [(0, true, 0.5), (0.49, true, 0.5), (0.5, false, 1.5), (1.49, false, 1.5), (1.5, true, 2), (1.99, true, 2), (2, false, 2), (99, false, 2)],
            seen);
    }

    [Fact]
    public void ToString_IsReadBackTheSame()
    {
        var pattern = OutputPattern.Parse("on 0.5 s, off 1.25 s x 4", out _)!;

        Assert.Equal("on 0.5 s, off 1.25 s × 4", pattern.ToString());
        Assert.Equal(pattern.Length, OutputPattern.Parse(pattern.ToString(), out _)!.Length);
    }
}
