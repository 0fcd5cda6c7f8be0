using System.Globalization;

namespace Appliance.Inference.Tuning;

/// <summary>
/// The kind of CPU of this box as <c>/proc/cpuinfo</c> tells it, as a key for measured session options: <c>amd-25-1</c> and
/// <c>intel-6-154</c> are vendor, family and model; <c>arm-41-d0b</c> is implementer and part, with <c>+</c> between the clusters of a
/// big.LITTLE chip (<c>arm-41-d05+d0a</c>).
/// </summary>
public static class CpuFamily
{
    private const string Unknown = "unknown";
    private static readonly Lazy<string> s_current = new(() => Read("/proc/cpuinfo"));

    /// <summary>Of this machine; <c>unknown</c> where it cannot be told.</summary>
    public static string Current => s_current.Value;

    /// <summary>Keys under which options may be kept for a family, nearest first: <c>amd-25-1</c>, <c>amd-25</c>, <c>amd</c>.</summary>
    public static IEnumerable<string> Lookup(string family)
    {
        for (var key = family; key.Length > 0; key = key[..Math.Max(0, key.LastIndexOf('-'))])
            yield return key;
    }

    /// <summary>The key of the machine whose <c>/proc/cpuinfo</c> this is.</summary>
    public static string Parse(string cpuinfo)
    {
        var fields = cpuinfo.Split('\n')
            .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

        if (fields["vendor_id"].FirstOrDefault() is { Length: > 0 } vendor)
            return $"{Vendor(vendor)}-{fields["cpu family"].FirstOrDefault("0")}-{fields["model"].FirstOrDefault("0")}";

        var parts = fields["CPU part"].Select(Hex).Distinct().Order(StringComparer.Ordinal).ToList();
        return parts.Count > 0 && fields["CPU implementer"].FirstOrDefault() is { } implementer
            ? $"arm-{Hex(implementer)}-{string.Join('+', parts)}"
            : Unknown;
    }

    private static string Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unknown;
        }
    }

    private static string Vendor(string vendor) => vendor switch
    {
        "AuthenticAMD" => "amd",
        "GenuineIntel" => "intel",
        "HygonGenuine" => "hygon",
        _ => new string([.. vendor.ToLower(CultureInfo.InvariantCulture).Where(char.IsAsciiLetterOrDigit)]),
    };

    private static string Hex(string value) =>
        (value.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? value[2..] : value).ToLowerInvariant();
}
