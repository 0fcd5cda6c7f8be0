using System.Globalization;

namespace Appliance.IntegrationTests.Support;

/// <summary>A test that drives two GPIO lines: WATCHPOST_TEST_GPIO=/dev/gpiochipN:line,line names lines with nothing on them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GpioFactAttribute : FactAttribute
{
    private static readonly string[] s_setting = (Environment.GetEnvironmentVariable("WATCHPOST_TEST_GPIO") ?? "").Split(':');

    public GpioFactAttribute()
    {
        if (Directory.GetFiles("/dev", "gpiochip*").Length == 0)
            Skip = "this machine has no GPIO (/dev/gpiochip*)";
        else if (Chip is null || Lines.Count != 2)
            Skip = "the test drives lines: name two free ones, WATCHPOST_TEST_GPIO=/dev/gpiochipN:line,line";
    }

    public static string? Chip => s_setting is [var chip, _] ? chip : null;

    public static IReadOnlyList<int> Lines { get; } = s_setting is [_, var lines]
        ? [.. lines.Split(',').Select(line => int.Parse(line, CultureInfo.InvariantCulture))]
        : [];
}
