using Appliance.Core.Detection;

namespace Appliance.Core.Tracking;

/// <summary>Follows the faces of one camera. Not thread-safe. Allocates nothing once it has seen its busiest frame.</summary>
public sealed class FaceTracker(TrackingOptions options)
{
    /// <summary>Tracks that ended in the latest update, each once; valid until the next one.</summary>
    public IReadOnlyList<Track> Ended => throw new NotImplementedException();

    /// <summary>
    /// Takes the detections of the next frame (any order, pixels of the full frame) and returns the tracks that live after it:
    /// tentative, confirmed and lost. The list is reused by the next call.
    /// </summary>
    /// <param name="faces">What the detector found; empty is fine.</param>
    /// <param name="mediaTime">The frame's time; a cut (see <see cref="TrackingOptions.CutAfter"/>) ends all tracks first.</param>
    public IReadOnlyList<Track> Update(ReadOnlySpan<FaceDetection> faces, TimeSpan mediaTime) =>
        throw new NotImplementedException(options.ToString());

    /// <summary>
    /// Call when a track got (a better) template: if it looks like one that is lost (<see cref="ITrackAppearance"/> in both
    /// slots), that older track goes on in its place and is returned, and <paramref name="track"/> ends
    /// (<see cref="Track.ContinuedAs"/>, reported by the next update). Otherwise returns <paramref name="track"/>.
    /// </summary>
    public Track Relink(Track track) => throw new NotImplementedException();

    /// <summary>Ends all tracks; the next update reports them.</summary>
    public void Reset() => throw new NotImplementedException();
}
