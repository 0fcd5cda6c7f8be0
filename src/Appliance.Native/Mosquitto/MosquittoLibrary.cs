using System.Runtime.InteropServices;

namespace Appliance.Native.Mosquitto;

/// <summary>Whether libmosquitto can be used here; probed once.</summary>
public static class MosquittoLibrary
{
    private static readonly Lazy<(string? Version, string? WhyNot)> s_probe = new(Probe);

    public static bool IsAvailable => s_probe.Value.WhyNot is null;

    /// <summary>Why it cannot be used; null when it can.</summary>
    public static string? WhyNot => s_probe.Value.WhyNot;

    /// <summary>Version of the library that is loaded; null when none.</summary>
    public static string? Version => s_probe.Value.Version;

    private static (string? Version, string? WhyNot) Probe()
    {
        try
        {
            // Never undone by mosquitto_lib_cleanup: the process owns it, and cleaning up under running clients is a crash.
            NativeMethods.mosquitto_lib_init();
            NativeMethods.mosquitto_lib_version(out var major, out var minor, out var revision);
            var version = $"{major}.{minor}.{revision}";
            return major == 2 ? (version, null) : (version, $"libmosquitto {version} is not of the 2.x series");
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return (null, $"{NativeMethods.Library} is missing (apt install libmosquitto1)");
        }
    }

    internal static string Describe(int error) => Marshal.PtrToStringUTF8(NativeMethods.mosquitto_strerror(error)) ?? $"error {error}";

    /// <summary>A CONNACK code of MQTT 3.1.1.</summary>
    internal static string DescribeRefusal(int code) =>
        Marshal.PtrToStringUTF8(NativeMethods.mosquitto_connack_string(code))?.TrimEnd('.') ?? $"code {code}";

    internal static string DescribeReason(int code) =>
        Marshal.PtrToStringUTF8(NativeMethods.mosquitto_reason_string(code)) ?? $"reason 0x{code:X2}";
}
