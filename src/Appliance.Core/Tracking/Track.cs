using Appliance.Core.Detection;

namespace Appliance.Core.Tracking;

/// <summary>
/// One person's face in one camera over time. Owned and reused by the <see cref="FaceTracker"/>: read it until the next
/// <see cref="FaceTracker.Update"/>; keep the <see cref="Id"/>, not the object.
/// </summary>
public sealed class Track
{
    internal Track()
    {
    }

    /// <summary>From 1, counted up per tracker, never given twice.</summary>
    public long Id { get; internal set; }

    public TrackState State { get; internal set; }

    /// <summary>Where the face is, pixels of the full frame: as detected while <see cref="IsSeen"/>, else as predicted.</summary>
    public Box Box { get; internal set; }

    /// <summary>As last detected.</summary>
    public Landmarks5 Landmarks { get; internal set; }

    /// <summary>Detector's score when last detected, 0..1.</summary>
    public float Score { get; internal set; }

    /// <summary>Media time of the first detection.</summary>
    public TimeSpan FirstSeen { get; internal set; }

    /// <summary>Media time of the latest detection.</summary>
    public TimeSpan LastSeen { get; internal set; }

    /// <summary>Detections so far.</summary>
    public int Hits { get; internal set; }

    /// <summary>Index of this track's detection in the latest update's span; −1 when it was not seen there.</summary>
    public int Detection { get; internal set; }

    /// <summary>Whether the latest update had a detection of it.</summary>
    public bool IsSeen => Detection >= 0;

    /// <summary>Whether the latest update began it.</summary>
    public bool IsNew => Hits == 1 && IsSeen;

    /// <summary>Of an ended track that turned out to be an earlier one (<see cref="FaceTracker.Relink"/>): that one's id, else 0.</summary>
    public long ContinuedAs { get; internal set; }

    /// <summary>
    /// For the user: recognition state, an <see cref="ITrackAppearance"/>. It is kept when the object is reused for another
    /// track, so that nothing is allocated per track: reset what lies in it when <see cref="IsNew"/>.
    /// </summary>
    public object? Slot { get; set; }
}
