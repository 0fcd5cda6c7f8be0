namespace Appliance.Daemon.Platform.Network;

/// <summary>The machine's network as NetworkManager sees it.</summary>
/// <param name="Available">Whether NetworkManager can be asked; otherwise the machine's own tools configure the network.</param>
/// <param name="Reason">Why not; empty else.</param>
/// <param name="Version">NetworkManager's version.</param>
/// <param name="Connectivity">unknown, none, portal, limited or full.</param>
/// <param name="Devices">Wired, wireless and mobile interfaces.</param>
/// <param name="Pending">A change that is not confirmed yet; null = none.</param>
internal sealed record NetworkState(
    bool Available, string Reason, string Version, string Connectivity, IReadOnlyList<NetworkDevice> Devices, PendingChange? Pending)
{
    public static NetworkState Missing(string reason) => new(false, reason, "", "unknown", [], null);
}

/// <summary>An interface.</summary>
/// <param name="Interface">Name, e.g. <c>eth0</c>.</param>
/// <param name="Kind">ethernet, wifi, modem, bond, vlan or bridge.</param>
/// <param name="State">connected, connecting, disconnected, unavailable (no cable, no radio), unmanaged, failed or unknown.</param>
/// <param name="HardwareAddress">MAC address.</param>
/// <param name="Connection">Name of the connection in force; empty = none.</param>
/// <param name="Addresses">Address and prefix length, e.g. <c>192.0.2.10/24</c>.</param>
/// <param name="Gateways">Of IPv4 and IPv6, where there are any.</param>
/// <param name="Dns">Name servers.</param>
/// <param name="Ssid">Wireless network; null = none.</param>
/// <param name="SignalPercent">Of the wireless network; null = none.</param>
internal sealed record NetworkDevice(
    string Interface, string Kind, string State, string HardwareAddress, string Connection, IReadOnlyList<string> Addresses,
    IReadOnlyList<string> Gateways, IReadOnlyList<string> Dns, string? Ssid, int? SignalPercent);

/// <summary>A change that is taken back by itself unless it is confirmed.</summary>
/// <param name="Interface">Whose.</param>
/// <param name="Until">When it is taken back, UTC.</param>
/// <param name="By">Who made it.</param>
internal sealed record PendingChange(string Interface, DateTimeOffset Until, string By);
