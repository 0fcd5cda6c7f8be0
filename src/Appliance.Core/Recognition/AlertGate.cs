using Appliance.Core.Alerts;
using Appliance.Core.Rules;
using Appliance.Core.Tracking;

namespace Appliance.Core.Recognition;

/// <summary>
/// Lets one alert per person through, then none for the cooldown; one gate per camera. A person who is still followed when the
/// cooldown is over is reported again only if this track was not the one reported. Its clock is whatever never runs
/// backwards (monotonic time live, media time for a file); if it does restart, the cooldown starts anew. Not thread-safe.
/// </summary>
public sealed class AlertGate(AlertsOptions options)
{
    // An unknown face is only news if it was seen well enough to have been recognised.
    private const float WellSeen = 0.3f;

    // Persons remembered before those whose cooldown is over are forgotten.
    private const int RememberAtLeast = 256;

    private readonly Dictionary<PersonId, TimeSpan> _last = [];
    private int _pruneAt = RememberAtLeast;

    /// <summary>The options in force; new ones apply from the next call on, and running cooldowns are judged by them.</summary>
    public AlertsOptions Options { get; set; } = options;

    /// <summary>Persons whose cooldown is kept.</summary>
    internal int Remembered => _last.Count;

    /// <summary>
    /// Whether a track is to be reported now, and as what (<see cref="AlertKinds.Watchlist"/> or
    /// <see cref="AlertKinds.UnknownFace"/>; null = no). True answers are remembered: ask once per seen track and frame.
    /// </summary>
    public string? Pass(Track track, TrackIdentity identity, TimeSpan now) => identity.Current.State switch
    {
        _ when !track.IsSeen => null,
        IdentityState.Known => PassKnown(identity, now),
        IdentityState.Unknown => PassUnknown(track, identity),
        _ => null,
    };

    private string? PassKnown(TrackIdentity identity, TimeSpan now)
    {
        var person = identity.Current.Person;
        if (identity.Reported == person)
            return null;

        if (_last.TryGetValue(person, out var last))
        {
            if (now < last)
                _last[person] = last = now;
            if (now - last < Options.Cooldown)
                return null;
        }

        Forget(now);
        _last[person] = now;
        identity.Reported = person;
        return AlertKinds.Watchlist;
    }

    private string? PassUnknown(Track track, TrackIdentity identity)
    {
        if (!Options.UnknownFaces || identity.ReportedUnknown || identity.Reported is not null)
            return null;

        if (track.LastSeen - track.FirstSeen < Options.UnknownAfter || identity.BestQuality < WellSeen)
            return null;

        identity.ReportedUnknown = true;
        return AlertKinds.UnknownFace;
    }

    private void Forget(TimeSpan now)
    {
        if (_last.Count < _pruneAt)
            return;

        foreach (var (person, last) in _last)
        {
            if (now - last >= Options.Cooldown)
                _last.Remove(person);
        }

        _pruneAt = Math.Max(RememberAtLeast, 2 * _last.Count);
    }
}
