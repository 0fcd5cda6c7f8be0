using System.Globalization;
using System.Text.RegularExpressions;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>Durations as people write them: <c>[d.]hh:mm:ss[.fff]</c>. Unlike <see cref="TimeSpan.Parse(string)"/>, 24:00:00 is a day and 5 is nothing.</summary>
internal static partial class Duration
{
    public const string Form = "a duration hh:mm:ss, e.g. \"00:00:10\", or d.hh:mm:ss";

    public static TimeSpan? Parse(string text)
    {
        if (Pattern().Match(text) is not { Success: true } match)
            return null;

        var days = Part(match.Groups["d"]);
        var hours = Part(match.Groups["h"]);
        var fraction = match.Groups["f"] is { Success: true } f
            ? double.Parse("0." + f.Value, CultureInfo.InvariantCulture)
            : 0;
        return new TimeSpan(days, hours, Part(match.Groups["m"]), Part(match.Groups["s"])) + TimeSpan.FromSeconds(fraction);
    }

    private static int Part(Group group) => group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?:(?<d>\d{1,5})\.)?(?<h>\d{1,5}):(?<m>[0-5]\d):(?<s>[0-5]\d)(?:\.(?<f>\d{1,7}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
