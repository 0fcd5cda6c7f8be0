using System.Collections;

namespace Appliance.Core.Tracking;

/// <summary>Tracks, in order of their ids. Enumerating it directly allocates nothing (a plain IReadOnlyList would box).</summary>
public sealed class TrackList : IReadOnlyList<Track>
{
    private readonly List<Track> _tracks = [];

    public int Count => _tracks.Count;

    public Track this[int index] => _tracks[index];

    public List<Track>.Enumerator GetEnumerator() => _tracks.GetEnumerator();

    IEnumerator<Track> IEnumerable<Track>.GetEnumerator() => _tracks.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _tracks.GetEnumerator();

    internal void Add(Track track) => _tracks.Add(track);

    internal void Clear() => _tracks.Clear();

    internal void RemoveEnded() => _tracks.RemoveAll(static track => track.State == TrackState.Ended);
}
