using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Tracking;

namespace Appliance.Daemon.Pipeline;

/// <summary>A track as live watchers see it. Carries ids, never names: those are in the alert, for who may read it.</summary>
internal sealed record TrackEvent(
    string Camera, long Track, string What, string State, string? Person, float? Similarity,
    float X, float Y, float Width, float Height, double MediaSeconds)
{
    public static LiveEvent Of(Frame frame, Track track, string what, Identity? identity) => new("track", new TrackEvent(
        frame.Camera.Value, track.Id, what,
        identity?.State.ToString().ToLowerInvariant() ?? track.State.ToString().ToLowerInvariant(),
        identity is { State: IdentityState.Known } known ? known.Person.Value : null,
        identity is { State: IdentityState.Known } match ? match.Similarity : null,
        track.Box.X, track.Box.Y, track.Box.Width, track.Box.Height, frame.MediaTime.TotalSeconds));
}
