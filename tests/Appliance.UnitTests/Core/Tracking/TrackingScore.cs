using Appliance.Core.Tracking;

namespace Appliance.UnitTests.Core.Tracking;

/// <summary>Compares tracks with the truth: IDF1 (Ristani et al. 2016) and identity switches (CLEAR MOT).</summary>
internal sealed class TrackingScore
{
    private readonly Dictionary<(int Person, long Track), int> _together = [];
    private readonly Dictionary<int, long> _last = [];
    private int _truth;
    private int _tracked;

    public int Switches { get; private set; }

    public double IdF1
    {
        get
        {
            var people = _together.Keys.Select(pair => pair.Person).Distinct().ToArray();
            var tracks = _together.Keys.Select(pair => pair.Track).Distinct().ToArray();
            var assignment = new Assignment();
            var costs = assignment.Begin(people.Length, tracks.Length);
            for (var i = 0; i < people.Length; i++)
            {
                for (var j = 0; j < tracks.Length; j++)
                    costs[(i * tracks.Length) + j] = -_together.GetValueOrDefault((people[i], tracks[j]));
            }

            var best = new int[people.Length];
            assignment.Solve(0, best);
            var matched = people.Select((person, i) => best[i] < 0 ? 0 : _together[(person, tracks[best[i]])]).Sum();
            return 2.0 * matched / (_truth + _tracked);
        }
    }

    public void Add(TrackList tracks, int[] owners)
    {
        _truth += owners.Count(owner => owner >= 0);
        foreach (var track in tracks)
        {
            if (!track.IsSeen || track.State != TrackState.Confirmed)
                continue;

            _tracked++;
            var owner = owners[track.Detection];
            if (owner < 0)
                continue;

            _together[(owner, track.Id)] = _together.GetValueOrDefault((owner, track.Id)) + 1;
            if (_last.TryGetValue(owner, out var last) && last != track.Id)
                Switches++;
            _last[owner] = track.Id;
        }
    }

    public static (double IdF1, int Switches) Of(Crowd crowd, FaceTracker tracker, int frames, double fps)
    {
        var score = new TrackingScore();
        for (var frame = 0; frame < frames; frame++)
        {
            var (faces, owners) = crowd.Next();
            score.Add(tracker.Update(faces, TimeSpan.FromSeconds(frame / fps), 1280, 720), owners);
        }

        return (score.IdF1, score.Switches);
    }
}
