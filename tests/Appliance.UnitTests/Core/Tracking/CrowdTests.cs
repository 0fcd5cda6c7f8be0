using Appliance.Core.Tracking;
using Appliance.UnitTests.Support;

namespace Appliance.UnitTests.Core.Tracking;

/// <summary>
/// How well identities are kept in crowds. The bounds are what the tracker reaches less a little; a change that makes it
/// worse fails here.
/// </summary>
public class CrowdTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 5, 15, 0.97, 5)]
    [InlineData(2, 5, 10, 0.95, 6)]
    [InlineData(3, 5, 5, 0.92, 15)]
    [InlineData(4, 15, 15, 0.96, 10)]
    [InlineData(5, 15, 10, 0.95, 18)]
    [InlineData(6, 15, 5, 0.91, 45)]
    public void Update_PeopleCrossThePicture_KeepsTheirIdentities(
        int seed, int people, double fps, double leastIdF1, int mostSwitches)
    {
        var crowd = new Crowd(seed, people, fps);

        var (idF1, switches) = TrackingScore.Of(crowd, new(new()), frames: (int)(30 * fps), fps);

        output.WriteLine($"IDF1 {idF1:0.000}, {switches} switches");
        Assert.True(idF1 >= leastIdF1, $"IDF1 {idF1:0.000}, {switches} switches");
        Assert.True(switches <= mostSwitches, $"{switches} switches, IDF1 {idF1:0.000}");
    }

    [Fact]
    public void Update_HundredFaces_FollowsThem()
    {
        var crowd = new Crowd(seed: 7, people: 100, fps: 15) { FalseRate = 0 };

        var (idF1, switches) = TrackingScore.Of(crowd, new(new()), frames: 150, fps: 15);

        output.WriteLine($"IDF1 {idF1:0.000}, {switches} switches");
        Assert.True(idF1 >= 0.84, $"IDF1 {idF1:0.000}, {switches} switches");
    }

    [Fact]
    public void Update_BusyCrowd_NeverBreaksItsOwnRules()
    {
        var crowd = new Crowd(seed: 8, people: 40, fps: 8) { FalseRate = 0.5, MissRate = 0.2 };
        var tracker = new FaceTracker(new());
        var ended = new HashSet<long>();
        var highest = 0L;
        for (var frame = 0; frame < 400; frame++)
        {
            var (faces, _) = crowd.Next();
            var tracks = tracker.Update(faces, TimeSpan.FromSeconds(frame / 8.0), 1280, 720);
            foreach (var track in tracker.Ended)
                Assert.True(ended.Add(track.Id), $"track {track.Id} ended twice");

            Assert.Equal(tracks.Count, tracks.Select(track => track.Id).Distinct().Count());
            Assert.DoesNotContain(tracks, track => ended.Contains(track.Id));
            var seen = tracks.Where(track => track.IsSeen).Select(track => track.Detection).ToArray();
            Assert.Equal(seen.Length, seen.Distinct().Count());
            Assert.All(tracks.Where(track => track.IsSeen), track => Assert.Equal(faces[track.Detection].Box, track.Box));
            Assert.All(tracks.Where(track => track.IsNew), track => Assert.True(track.Id > highest));
            highest = Math.Max(highest, tracks.Select(track => track.Id).DefaultIfEmpty(0).Max());
        }

        Assert.True(ended.Count > 40, "a scenario without endings proves nothing");
    }

    [Fact]
    public void Update_AfterTheBusiestFrame_AllocatesNothing()
    {
        var crowd = new Crowd(seed: 9, people: 20, fps: 10);
        var frames = Enumerable.Range(0, 300).Select(_ => crowd.Next().Faces).ToArray();
        var tracker = new FaceTracker(new());
        Run(from: 0);
        Run(from: 30);

        var begin = 30;
        Assert.Equal(0, Allocations.Least(() => Run(begin += 30)));

        void Run(int from)
        {
            for (var i = 0; i < frames.Length; i++)
                tracker.Update(frames[i], TimeSpan.FromSeconds(from + (i / 10.0)));
        }
    }
}
