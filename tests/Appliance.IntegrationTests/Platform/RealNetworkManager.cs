using System.Diagnostics;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;
using Appliance.Native.DBus;

namespace Appliance.IntegrationTests.Platform;

/// <summary>
/// The real NetworkManager on a private bus, in a network and mount namespace of its own with one virtual cable (<c>veth0</c>): its
/// settings, validation and checkpoints are the true ones, and this machine's network is not touched.
/// </summary>
internal static class RealNetworkManager
{
    public const string Interface = "veth0";
    private const string Program = "/usr/sbin/NetworkManager";

    // NM_DEVICE_STATE_DISCONNECTED; below it the carrier is not known yet.
    private const uint Usable = 30;

    public static string? WhyNot { get; } = PrivateBus.WhyNot ?? Probe();

    public static async Task Start(PrivateBus bus, string folder)
    {
        var configuration = Path.Combine(folder, "NetworkManager.conf");
        File.WriteAllText(configuration, """
            [main]
            plugins=keyfile
            auth-polkit=false
            rc-manager=unmanaged
            dns=none
            no-auto-default=*
            [keyfile]
            unmanaged-devices=interface-name:veth1
            """);
        var script = Path.Combine(folder, "inside.sh");
        File.WriteAllText(script, $"""
            set -e
            mount -t tmpfs none /run
            mount -t tmpfs none /var/lib/NetworkManager
            mount -t tmpfs none /etc/NetworkManager
            # Read-only: NetworkManager takes it for a container and does not wait for udev.
            mount -t sysfs -o ro none /sys
            mkdir -p /etc/NetworkManager/system-connections
            ip link set lo up
            ip link add {Interface} type veth peer name veth1
            ip link set veth1 up
            ip link set {Interface} up
            exec {Program} --no-daemon --config={configuration} --pid-file=/run/nm.pid
            """);
        await bus.Serve("org.freedesktop.NetworkManager", "unshare", ["--net", "--mount", "--fork", "--kill-child", "sh", script]);
        // Its name comes before its objects.
        await Patience.Until("NetworkManager can use the cable", async () =>
        {
            try
            {
                var device = await bus.Connection.Call(new(
                    "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager",
                    "GetDeviceByIpIface", "s", Interface));
                var state = await bus.Connection.Get<uint>(
                    "org.freedesktop.NetworkManager", device.Get<string>(), "org.freedesktop.NetworkManager.Device", "State");
                return state >= Usable ? "" : null;
            }
            catch (BusException)
            {
                return null;
            }
        });
    }

    private static string? Probe()
    {
        if (!File.Exists(Program))
            return $"needs {Program} (apt install network-manager)";

        using var probe = Process.Start(new ProcessStartInfo("unshare", ["--net", "--mount", "true"]) { RedirectStandardError = true })!;
        probe.WaitForExit();
        return probe.ExitCode == 0 ? null : "needs the right to make a network namespace";
    }
}

/// <summary>A test on the real NetworkManager.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NetworkManagerFactAttribute : FactAttribute
{
    public NetworkManagerFactAttribute() => Skip = RealNetworkManager.WhyNot;
}
