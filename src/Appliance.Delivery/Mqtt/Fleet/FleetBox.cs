namespace Appliance.Delivery.Mqtt.Fleet;

/// <summary>A box of the site as its neighbours see it.</summary>
/// <param name="Serial">Serial number, the last part of its topics.</param>
/// <param name="Online">online, offline (its Will), or null = it never said.</param>
/// <param name="Name">Name of the place.</param>
/// <param name="Version">Of its software.</param>
/// <param name="Status">ok, degraded or failed; empty = unknown.</param>
/// <param name="Faults">Parts that do not work.</param>
/// <param name="Cameras">Cameras that should deliver.</param>
/// <param name="CamerasOnline">Cameras that do.</param>
/// <param name="AlertsOpen">Alerts that nobody has reviewed.</param>
/// <param name="Address">Network address; empty = unknown.</param>
/// <param name="LastSeen">When it last said something, by our clock, UTC; what the broker had kept counts as the time it came.</param>
public sealed record FleetBox(
    string Serial, bool? Online, string Name, string Version, string Status, int Faults, int Cameras, int CamerasOnline, long AlertsOpen,
    string Address, DateTimeOffset LastSeen);
