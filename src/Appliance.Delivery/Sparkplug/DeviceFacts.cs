namespace Appliance.Delivery.Sparkplug;

/// <summary>What the box is made of; null = the system does not say.</summary>
/// <param name="Make">Manufacturer of the hardware.</param>
/// <param name="Model">Its model.</param>
/// <param name="System">Name of the operating system.</param>
/// <param name="SystemVersion">Its version.</param>
public sealed record DeviceFacts(string? Make, string? Model, string? System, string? SystemVersion)
{
    private const string DeviceTree = "/proc/device-tree";
    private const string Dmi = "/sys/class/dmi/id";
    private const string Thermal = "/sys/class/thermal";

    // Names that boards give the sensor of their processor; the first that exists counts.
    private static readonly string[] s_processorSensors = ["cpu", "soc", "x86_pkg_temp", "coretemp", "acpitz"];

    /// <summary>Asks the device tree (ARM boards), else DMI (PCs), and os-release.</summary>
    public static DeviceFacts Read() => From(ReadFile);

    /// <param name="read">Content of a file; null: there is none.</param>
    internal static DeviceFacts From(Func<string, string?> read)
    {
        var release = OsRelease(read("/etc/os-release"));
        return new(
            // "raspberrypi,4-model-b\0brcm,bcm2711": vendor of the most specific entry.
            Text(read($"{DeviceTree}/compatible")?.Split(',')[0]) ?? Text(read($"{Dmi}/sys_vendor")),
            Text(read($"{DeviceTree}/model")) ?? Text(read($"{Dmi}/product_name")),
            release.GetValueOrDefault("NAME"),
            release.GetValueOrDefault("VERSION_ID") ?? release.GetValueOrDefault("VERSION"));
    }

    /// <summary>Temperature of the processor in °C; null: no sensor.</summary>
    public static double? ReadProcessorTemperature()
    {
        try
        {
            return Directory.Exists(Thermal) ? Temperature(Directory.GetDirectories(Thermal, "thermal_zone*"), ReadFile) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static double? Temperature(IEnumerable<string> zones, Func<string, string?> read)
    {
        var sensors = zones.Select(zone => (Type: Text(read($"{zone}/type")) ?? "", Zone: zone)).ToArray();
        foreach (var name in s_processorSensors)
        {
            foreach (var (type, zone) in sensors)
            {
                if (type.Contains(name, StringComparison.OrdinalIgnoreCase)
                    && int.TryParse(read($"{zone}/temp"), out var thousandths))
                {
                    return thousandths / 1000.0;
                }
            }
        }

        return null;
    }

    private static Dictionary<string, string> OsRelease(string? text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text?.Split('\n') ?? [])
        {
            var at = line.IndexOf('=');
            if (at > 0)
                values[line[..at]] = line[(at + 1)..].Trim().Trim('"', '\'');
        }

        return values;
    }

    private static string? Text(string? raw) => raw?.Trim().TrimEnd('\0') is { Length: > 0 } text ? text : null;

    private static string? ReadFile(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
