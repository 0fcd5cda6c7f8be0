using System.Numerics;
using Appliance.Core.Detection;

namespace Appliance.Core.Tracking;

/// <summary>
/// One person's face in one camera over time. Owned and reused by the <see cref="FaceTracker"/>: read it until the next
/// <see cref="FaceTracker.Update"/>; keep the <see cref="Id"/>, not the object.
/// </summary>
public sealed class Track
{
    /// <summary>A field, not a property: it is changed in place.</summary>
    internal FaceMotion Motion;

    internal Track()
    {
    }

    /// <summary>From 1, counted up per tracker, never given twice.</summary>
    public long Id { get; internal set; }

    public TrackState State
    {
        get;
        internal set
        {
            field = value;
            WasConfirmed |= value == TrackState.Confirmed;
        }
    }

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

    /// <summary>Whether it was ever confirmed; an ended track that was not is better forgotten.</summary>
    public bool WasConfirmed { get; private set; }

    /// <summary>Of an ended track that turned out to be an earlier one (<see cref="FaceTracker.Relink"/>): that one's id, else 0.</summary>
    public long ContinuedAs { get; internal set; }

    /// <summary>
    /// For the user: recognition state, an <see cref="ITrackAppearance"/>. It is kept when the object is reused for another
    /// track, so that nothing is allocated per track: reset what lies in it when <see cref="IsNew"/>.
    /// </summary>
    public object? Slot { get; set; }

    /// <summary>Centre of the face when last detected.</summary>
    internal Vector2 SeenAt { get; private set; }

    internal void Begin(long id, in FaceDetection face, int index, TimeSpan now)
    {
        Id = id;
        State = TrackState.Tentative;
        WasConfirmed = false;
        FirstSeen = now;
        Hits = 0;
        ContinuedAs = 0;
        Motion = FaceMotion.Begin(face);
        Note(face, index, now);
    }

    internal void See(in FaceDetection face, int index, TimeSpan now)
    {
        Motion.Correct(face);
        Note(face, index, now);
    }

    /// <summary>Goes on where <paramref name="later"/> is: the same person, found again elsewhere.</summary>
    internal void Continue(Track later)
    {
        Motion = later.Motion;
        State = TrackState.Confirmed;
        Box = later.Box;
        Landmarks = later.Landmarks;
        Score = later.Score;
        LastSeen = later.LastSeen;
        SeenAt = later.SeenAt;
        Detection = later.Detection;
        Hits += later.Hits;
    }

    private void Note(in FaceDetection face, int index, TimeSpan now)
    {
        Box = face.Box;
        Landmarks = face.Landmarks;
        Score = face.Score;
        LastSeen = now;
        SeenAt = new(face.Box.X + (face.Box.Width / 2), face.Box.Y + (face.Box.Height / 2));
        Detection = index;
        Hits++;
    }
}
