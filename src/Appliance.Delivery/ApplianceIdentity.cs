namespace Appliance.Delivery;

/// <summary>Who the box is on every interface.</summary>
/// <param name="Serial">Serial number: 1–32 of <c>[A-Za-z0-9_-]</c>; part of topics and of the MQTT client id.</param>
/// <param name="Name">Name of the place, for people, e.g. <c>Pole 07</c>.</param>
/// <param name="Version">Version of the software.</param>
/// <param name="BootId">This run of the daemon; the same as in its alerts.</param>
public sealed record ApplianceIdentity(string Serial, string Name, string Version, Guid BootId);
