using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Tracking;

namespace Appliance.Core.Evidence.Tracks;

/// <summary>Where a face was in one frame.</summary>
/// <param name="Utc">Wall clock of the frame.</param>
/// <param name="Track">Whose.</param>
/// <param name="Box">Pixels of the frame.</param>
/// <param name="Score">Detector's score when last seen, 0..1.</param>
/// <param name="IsSeen">Detected in that frame; else predicted.</param>
public readonly record struct TrailPoint(DateTimeOffset Utc, long Track, Box Box, float Score, bool IsSeen);

/// <summary>
/// The last positions of all faces of one camera, in a ring that is made once: what clips are masked by and what the tracks of
/// an alert are written from. Thread-safe; a frame without faces costs one comparison.
/// </summary>
public sealed class TrackTrail
{
    /// <summary>Some 40 s of 10 frames per second with 5 faces.</summary>
    public const int Capacity = 2048;

    private readonly Lock _gate = new();
    private TrailPoint[]? _points;
    private long _count;

    public void Add(Frame frame, IReadOnlyList<Track> tracks)
    {
        if (tracks.Count == 0)
            return;

        lock (_gate)
        {
            _points ??= new TrailPoint[Capacity];
            for (var i = 0; i < tracks.Count; i++)
            {
                var track = tracks[i];
                _points[_count++ % Capacity] = new(frame.CapturedAt, track.Id, track.Box, track.Score, track.IsSeen);
            }
        }
    }

    /// <summary>What is kept of that time, oldest first.</summary>
    public IReadOnlyList<TrailPoint> Between(DateTimeOffset from, DateTimeOffset to)
    {
        var points = new List<TrailPoint>();
        lock (_gate)
        {
            for (var i = Math.Max(0, _count - Capacity); i < _count; i++)
            {
                var point = _points![i % Capacity];
                if (point.Utc >= from && point.Utc <= to)
                    points.Add(point);
            }
        }

        return points;
    }
}
