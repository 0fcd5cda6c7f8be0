using Appliance.Core.Tracking;

namespace Appliance.Core.Recognition;

/// <summary>
/// Who one track is: chooses the shots worth an embedding, fuses them, and decides in an open set. Lives in
/// <see cref="Track.Slot"/>, reset per track, allocates nothing after construction.
/// <code>
/// if (identity.IsDue(now) &amp;&amp; identity.Wants(ShotQuality.Measure(frame, face), now))  // collect, then embed as a batch
///     …
/// identity.Add(template, quality, now);
/// var changed = identity.Decide(index);
/// </code>
/// </summary>
public sealed class TrackIdentity : ITrackAppearance
{
    /// <param name="options">Shared by all tracks.</param>
    /// <param name="dimensions">Floats per template.</param>
    /// <param name="contract">Thresholds of the embedder.</param>
    public TrackIdentity(RecognitionOptions options, int dimensions, MatchThreshold contract) =>
        throw new NotImplementedException();

    /// <summary>The decision as it stands.</summary>
    public Identity Current => throw new NotImplementedException();

    /// <summary>Fused template: quality-weighted mean of the best shots, L2-normalised; empty before the first shot.</summary>
    public ReadOnlySpan<float> Template => throw new NotImplementedException();

    /// <summary>Quality of the best shot so far, 0..1.</summary>
    public float BestQuality => throw new NotImplementedException();

    /// <summary>Embeddings made for this track.</summary>
    public int ShotsTaken => throw new NotImplementedException();

    /// <summary>Makes it ready for another track.</summary>
    public void Reset() => throw new NotImplementedException();

    /// <summary>Cheap question before the quality is even measured: may a shot be taken at this media time?</summary>
    public bool IsDue(TimeSpan now) => throw new NotImplementedException();

    /// <summary>Whether this shot is worth an embedding now.</summary>
    public bool Wants(in ShotQuality quality, TimeSpan now) => throw new NotImplementedException();

    /// <summary>Takes a template (L2-normalised, copied) made from a wanted shot.</summary>
    public void Add(ReadOnlySpan<float> template, in ShotQuality quality, TimeSpan now) => throw new NotImplementedException();

    /// <summary>Searches with the fused template and decides; true when <see cref="Current"/>'s state or person changed.</summary>
    public bool Decide(IWatchlistIndex index) => throw new NotImplementedException();
}
