using Appliance.Core.Rules;
using Appliance.Core.Tracking;

namespace Appliance.Core.Recognition;

/// <summary>
/// Lets one alert per person through, then none for the cooldown; one per camera. Its clock is whatever never runs
/// backwards (monotonic time live, media time for a file); if it does restart, the cooldown starts anew.
/// </summary>
public sealed class AlertGate(AlertsOptions options)
{
    /// <summary>
    /// Whether a track is to be reported now, and as what (<see cref="Alerts.AlertKinds.Watchlist"/> or
    /// <see cref="Alerts.AlertKinds.UnknownFace"/>; null = no). True answers are remembered: ask once per seen track and frame.
    /// </summary>
    public string? Pass(Track track, TrackIdentity identity, TimeSpan now) => throw new NotImplementedException(options.ToString());
}
