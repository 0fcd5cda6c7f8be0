using Appliance.Native.DBus;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Daemon.Platform.Power;

/// <summary>What may be asked of the machine as a whole.</summary>
internal enum PowerAction
{
    Reboot,
    PowerOff,
}

/// <summary>Reboot and power-off through systemd-logind.</summary>
internal sealed class LoginManager(SystemBus bus)
{
    internal const string Service = "org.freedesktop.login1";
    internal const string Root = "/org/freedesktop/login1";
    internal const string Manager = Service + ".Manager";

    /// <summary>Asks logind; it begins at once, and our own end follows by SIGTERM.</summary>
    /// <exception cref="BusException">Not allowed, or there is no logind.</exception>
    public async Task Do(PowerAction action, CancellationToken cancel)
    {
        var connection = await bus.Connect(cancel);
        // false: nobody sits before the box to type a password.
        await connection.Call(new(Service, Root, Manager, action.ToString(), "b", false), null, cancel);
    }

    /// <summary>A lock that delays every shutdown until it is disposed, at most for logind's <c>InhibitDelayMaxSec</c> (5 s).</summary>
    /// <exception cref="BusException">Not allowed, or there is no logind.</exception>
    public static async Task<SafeFileHandle> Delay(BusConnection connection, CancellationToken cancel) => (await connection.Call(
        new(Service, Root, Manager, "Inhibit", "ssss", "shutdown", "Watchpost", "Alerts are written and delivered first", "delay"),
        null, cancel)).Get<SafeFileHandle>();
}
