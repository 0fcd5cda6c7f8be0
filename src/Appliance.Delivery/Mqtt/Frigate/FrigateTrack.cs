namespace Appliance.Delivery.Mqtt.Frigate;

/// <summary>A followed person with what Frigate remembers of it.</summary>
/// <param name="Id">Frigate's id, see <see cref="FrigateId"/>.</param>
/// <param name="Report">The latest report.</param>
/// <param name="TopScore">Highest score so far.</param>
/// <param name="EnteredZones">Every zone it was in, in order.</param>
internal sealed record FrigateTrack(string Id, TrackReport Report, float TopScore, IReadOnlyList<string> EnteredZones)
{
    public static FrigateTrack Begin(TrackReport report) =>
        new(FrigateId.Of(report.StartedAt, report.Camera, report.Track), report, report.Score, report.Zones);

    public FrigateTrack Then(TrackReport report) => new(
        Id, report, Math.Max(TopScore, report.Score),
        report.Zones.All(EnteredZones.Contains) ? EnteredZones : [.. EnteredZones.Union(report.Zones)]);
}
