namespace Appliance.Core.Tracking;

/// <summary>
/// What the tracker may know about the looks of a track. Put into <see cref="Track.Slot"/> it lets the tracker join a
/// track that was lost with one that begins elsewhere, where motion alone says nothing.
/// </summary>
public interface ITrackAppearance
{
    /// <summary>L2-normalised template of the track; empty while there is none.</summary>
    ReadOnlySpan<float> Template { get; }
}
