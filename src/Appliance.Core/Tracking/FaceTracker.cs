using System.Numerics.Tensors;
using Appliance.Core.Detection;

namespace Appliance.Core.Tracking;

/// <summary>
/// Follows the faces of one camera after ByteTrack (Zhang et al. 2022): sure detections are matched first, unsure ones may only
/// keep a track alive. Differs where faces at 5–15 frames per second ask for it: pairs are weighed by likelihood under the
/// motion model instead of overlap (see <see cref="FaceMotion.Surprise"/>), and steps of time have any length.
/// Not thread-safe. Allocates nothing once it has seen its busiest frame.
/// </summary>
public sealed class FaceTracker
{
    // −2 ln of how many new faces are expected per face-sized patch and frame (one in 55): a pair that is less likely than that
    // is two people. Tuned with Acceleration on the crowds of CrowdTests, for few merged people before few broken tracks.
    private const float Miss = 8;

    // Squared standard deviations: however empty the picture, nobody jumps that far.
    private const float MaxDistance = 25;

    // Two sure detections that overlap more than any two heads do are one face seen twice.
    private const float SameFaceOverlap = 0.6f;

    // Farther than anyone walks, in faces: a likeness across the picture within a moment is another person's.
    private const float RelinkReach = 3;
    private const float RelinkSpeed = 12;

    // A tentative track bridges one missed frame at low frame rates, no more.
    private static readonly TimeSpan s_tentativeFor = TimeSpan.FromSeconds(0.35);
    private static readonly TimeSpan s_clockJitter = TimeSpan.FromSeconds(0.5);

    private readonly TrackingOptions _options;
    private readonly TrackList _active = new();
    private readonly TrackList _ended = new();
    private readonly Stack<Track> _pool = new();
    private readonly Assignment _assignment = new();
    private Track[] _rows;
    private int[] _columns = [];
    private int[] _columnOf;
    private bool[] _taken = [];
    private long _lastId;
    private TimeSpan? _now;

    public FaceTracker(TrackingOptions options)
    {
        _options = options;
        _rows = new Track[options.MaxTracks];
        _columnOf = new int[options.MaxTracks];
    }

    /// <summary>Tracks that ended in the latest update, each once; valid until the next one.</summary>
    public TrackList Ended => _ended;

    /// <summary>
    /// Takes the detections of the next frame (any order, pixels of the full frame) and returns the tracks that live after it:
    /// tentative, confirmed and lost. The list is reused by the next call.
    /// </summary>
    /// <param name="faces">What the detector found; empty is fine.</param>
    /// <param name="mediaTime">The frame's time; a cut (see <see cref="TrackingOptions.CutAfter"/>) ends all tracks first.</param>
    /// <param name="frameWidth">
    /// Pixels; with <paramref name="frameHeight"/> it lets a track end as soon as its path has left the picture, so that it is
    /// not continued by whoever comes in there next. 0 = not known.
    /// </param>
    /// <param name="frameHeight">Pixels.</param>
    public TrackList Update(ReadOnlySpan<FaceDetection> faces, TimeSpan mediaTime, int frameWidth = 0, int frameHeight = 0)
    {
        Recycle();
        Advance(mediaTime);
        if (_taken.Length < faces.Length)
        {
            _taken = new bool[2 * faces.Length];
            _columns = new int[2 * faces.Length];
        }

        for (var i = 0; i < faces.Length; i++)
            _taken[i] = !IsSane(faces[i].Box);

        var now = _now!.Value;
        Match(faces, now, static track => track.State != TrackState.Tentative, _options.HighScore, 2);
        Match(faces, now, static track => track.State == TrackState.Confirmed, _options.LowScore, _options.HighScore);
        Match(faces, now, static track => track.State == TrackState.Tentative, _options.HighScore, 2);
        Settle(now, frameWidth, frameHeight);
        for (var i = 0; i < faces.Length; i++)
        {
            if (!_taken[i] && faces[i].Score >= _options.HighScore)
                Begin(faces[i], i, now);
        }

        _active.RemoveEnded();
        return _active;
    }

    /// <summary>
    /// Call when a track got (a better) template: if it looks like one that is lost (<see cref="ITrackAppearance"/> in both
    /// slots), that older track goes on in its place and is returned, and <paramref name="track"/> ends
    /// (<see cref="Track.ContinuedAs"/>, reported by the next update). Otherwise returns <paramref name="track"/>. The list
    /// of the latest update may be enumerated meanwhile: it keeps both until the next one.
    /// </summary>
    public Track Relink(Track track)
    {
        if (!track.IsSeen || track.State == TrackState.Ended || TemplateOf(track) is not { Length: > 0 } template)
            return track;

        Track? same = null;
        var best = _options.RelinkSimilarity;
        foreach (var lost in _active)
        {
            if (lost.State != TrackState.Lost || lost.LastSeen >= track.FirstSeen || !CouldReach(lost, track))
                continue;

            var other = TemplateOf(lost);
            if (other.Length != template.Length)
                continue;

            var similarity = TensorPrimitives.Dot(other, template);
            if (similarity >= best)
            {
                best = similarity;
                same = lost;
            }
        }

        if (same is null)
            return track;

        same.Continue(track);
        track.State = TrackState.Ended;
        track.ContinuedAs = same.Id;
        track.Detection = -1;
        return same;
    }

    /// <summary>Ends all tracks; the next update reports them.</summary>
    public void Reset()
    {
        foreach (var track in _active)
            track.State = TrackState.Ended;
        _now = null;
    }

    /// <summary>A detector's overflow must not poison the filters: such a box is as good as not seen.</summary>
    private static bool IsSane(in Box box) =>
        float.IsFinite(box.X) && float.IsFinite(box.Y) && box.Width > 0 && box.Height > 0 && float.IsFinite(box.Area);

    /// <summary>Half of the predicted face is outside: detectors see it no more.</summary>
    private static bool HasLeft(in Box box, int width, int height) =>
        box.X + (box.Width / 2) is var x && box.Y + (box.Height / 2) is var y && (x < 0 || x > width || y < 0 || y > height);

    private static ReadOnlySpan<float> TemplateOf(Track track) => track.Slot is ITrackAppearance look ? look.Template : [];

    private static bool CouldReach(Track lost, Track found)
    {
        var gap = (float)(found.FirstSeen - lost.LastSeen).TotalSeconds;
        var size = Math.Max(lost.Motion.Size, found.Motion.Size);
        var x = found.Box.X + (found.Box.Width / 2) - lost.SeenAt.X;
        var y = found.Box.Y + (found.Box.Height / 2) - lost.SeenAt.Y;
        return MathF.Sqrt((x * x) + (y * y)) <= size * (RelinkReach + (RelinkSpeed * gap));
    }

    /// <summary>Reported tracks go back to the pool, those ended between updates are reported now.</summary>
    private void Recycle()
    {
        foreach (var track in _ended)
            _pool.Push(track);
        _ended.Clear();
        CollectEnded();
    }

    private void CollectEnded()
    {
        foreach (var track in _active)
        {
            if (track.State == TrackState.Ended)
            {
                track.Detection = -1;
                _ended.Add(track);
            }
        }

        _active.RemoveEnded();
    }

    private void Advance(TimeSpan mediaTime)
    {
        var step = mediaTime - (_now ?? mediaTime);
        if (step > _options.CutAfter || step < -s_clockJitter)
        {
            Reset();
            CollectEnded();
        }

        _now = _now is { } now && step < TimeSpan.Zero ? now : mediaTime;
        foreach (var track in _active)
        {
            track.Detection = -1;
            if (step > TimeSpan.Zero)
                track.Motion.Predict((float)step.TotalSeconds);
            track.Box = track.Motion.Box;
        }
    }

    private void Match(
        ReadOnlySpan<FaceDetection> faces, TimeSpan now, Predicate<Track> takesPart, float fromScore, float belowScore)
    {
        var rows = 0;
        foreach (var track in _active)
        {
            if (!track.IsSeen && takesPart(track))
                _rows[rows++] = track;
        }

        var columns = 0;
        for (var i = 0; i < faces.Length; i++)
        {
            if (!_taken[i] && faces[i].Score >= fromScore && faces[i].Score < belowScore)
                _columns[columns++] = i;
        }

        if (rows == 0 || columns == 0)
            return;

        var costs = _assignment.Begin(rows, columns);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var surprise = _rows[row].Motion.Surprise(faces[_columns[column]], out var distance);
                costs[(row * columns) + column] = distance <= MaxDistance && surprise < Miss ? surprise : Miss;
            }
        }

        _assignment.Solve(Miss, _columnOf);
        for (var row = 0; row < rows; row++)
        {
            if (_columnOf[row] < 0)
                continue;

            var face = _columns[_columnOf[row]];
            _taken[face] = true;
            _rows[row].See(faces[face], face, now);
        }
    }

    /// <summary>Moves every track to the state that this frame gave it.</summary>
    private void Settle(TimeSpan now, int frameWidth, int frameHeight)
    {
        foreach (var track in _active)
        {
            if (track.IsSeen)
            {
                if (track.Hits >= _options.ConfirmAfter)
                    track.State = TrackState.Confirmed;
            }
            else if (now - track.LastSeen > (track.State == TrackState.Tentative ? s_tentativeFor : _options.LostFor))
            {
                track.State = TrackState.Ended;
            }
            else if (frameWidth > 0 && HasLeft(track.Box, frameWidth, frameHeight))
            {
                track.State = TrackState.Ended;
            }
            else if (track.State == TrackState.Confirmed)
            {
                track.State = TrackState.Lost;
            }
        }

        CollectEnded();
    }

    private void Begin(in FaceDetection face, int index, TimeSpan now)
    {
        if (_active.Count == _options.MaxTracks)
            return;

        foreach (var other in _active)
        {
            if (other.IsSeen && other.Box.OverlapWith(face.Box) > SameFaceOverlap)
                return;
        }

        var track = _pool.TryPop(out var used) ? used : new Track();
        track.Begin(++_lastId, face, index, now);
        if (_options.ConfirmAfter == 1)
            track.State = TrackState.Confirmed;
        _active.Add(track);
    }
}
