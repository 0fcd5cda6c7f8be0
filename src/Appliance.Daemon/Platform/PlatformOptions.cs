using System.ComponentModel.DataAnnotations;

namespace Appliance.Daemon.Platform;

/// <summary>The machine below: clock, network, power and modem, reached over D-Bus.</summary>
public sealed class PlatformOptions
{
    /// <summary>D-Bus address, e.g. <c>unix:path=/run/dbus/system_bus_socket</c>. Empty: the system bus.</summary>
    [MaxLength(1000)]
    public string BusAddress { get; init; } = "";

    /// <summary>A clock that is known not to be synchronised is a fault in health. Off for a site without any time source.</summary>
    public bool ClockMustBeSynced { get; init; } = true;
}
