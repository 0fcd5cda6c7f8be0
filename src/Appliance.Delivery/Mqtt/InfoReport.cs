namespace Appliance.Delivery.Mqtt;

/// <summary>The box in one line, for its neighbours and for overviews; retained, said when it changed.</summary>
/// <param name="Status">Sum of its health.</param>
/// <param name="Faults">How many parts do not work.</param>
/// <param name="Cameras">Cameras that should deliver.</param>
/// <param name="CamerasOnline">Cameras that do.</param>
/// <param name="AlertsOpen">Alerts that nobody has reviewed yet.</param>
/// <param name="Address">Network address for people; empty = unknown.</param>
/// <param name="StartedAt">Start of this run, UTC.</param>
public sealed record InfoReport(
    HealthStatus Status, int Faults, int Cameras, int CamerasOnline, long AlertsOpen, string Address, DateTimeOffset StartedAt);
