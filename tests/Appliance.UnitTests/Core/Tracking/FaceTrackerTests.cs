using Appliance.Core.Detection;
using Appliance.Core.Tracking;

namespace Appliance.UnitTests.Core.Tracking;

public class FaceTrackerTests
{
    private readonly FaceTracker _tracker = new(new());
    private TimeSpan _now;

    [Fact]
    public void Update_SecondSighting_ConfirmsTheTrack()
    {
        var first = Step(0, At(100, 100))[0];
        Assert.Equal((TrackState.Tentative, true), (first.State, first.IsNew));

        var second = Step(0.1, At(104, 100))[0];

        Assert.Equal((1L, TrackState.Confirmed, 2, false), (second.Id, second.State, second.Hits, second.IsNew));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(0.1)), (second.FirstSeen, second.LastSeen));
    }

    [Fact]
    public void Update_FaceMovesMoreThanItsWidthPerFrame_KeepsTheTrackId()
    {
        for (var i = 0; i < 8; i++)
            Step(0.15, At(100 + (i * 60), 100));

        Assert.Equal([1], Live().Select(track => track.Id));
    }

    [Fact]
    public void Update_PathsCross_BothKeepTheirIds()
    {
        for (var i = 0; i <= 20; i++)
            Step(0.1, At(100 + (i * 20), 200), At(500 - (i * 20), 212));

        Assert.Equal(500, Live().Single(track => track.Id == 1).Box.X);
        Assert.Equal(100, Live().Single(track => track.Id == 2).Box.X);
        Assert.Equal(2, Live().Count());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(15)]
    public void Update_HiddenForOneAndAHalfSeconds_KeepsTheTrackId(int fps)
    {
        var frame = 0;
        for (; frame < 2 * fps; frame++)
            Step(1.0 / fps, At(100 + (150f * frame / fps), 200));
        for (; frame < 3.5 * fps; frame++)
            Assert.Equal(TrackState.Lost, Step(1.0 / fps)[0].State);

        var back = Step(1.0 / fps, At(110 + (150f * frame / fps), 205));

        Assert.Equal((1L, TrackState.Confirmed), (back.Single().Id, back.Single().State));
    }

    [Fact]
    public void Update_LostTrack_IsPredictedAlongItsPath()
    {
        for (var i = 0; i < 20; i++)
            Step(0.1, At(100 + (i * 10), 200));

        var lost = Step(0.5)[0];

        Assert.False(lost.IsSeen);
        Assert.InRange(lost.Box.X, 330, 350);
    }

    [Fact]
    public void Update_GoneForLongerThanLostFor_EndsOnceAndANewIdBegins()
    {
        Step(0, At(100, 100));
        Step(0.1, At(100, 100));
        Step(1);
        Step(1.2);
        Assert.Equal([1], _tracker.Ended.Select(track => track.Id));
        Assert.True(_tracker.Ended[0].WasConfirmed);

        var next = Step(0.1, At(100, 100));

        Assert.Empty(_tracker.Ended);
        Assert.Equal(2, next.Single().Id);
    }

    [Fact]
    public void Update_WalksOutOfThePicture_EndsWithoutWaiting()
    {
        for (var i = 0; i < 10; i++)
            _tracker.Update([At(550 + (i * 8), 200)], TimeSpan.FromSeconds(i / 10.0), 640, 480);

        _tracker.Update([], TimeSpan.FromSeconds(1), 640, 480);

        Assert.Equal([1], _tracker.Ended.Select(track => track.Id));
    }

    [Fact]
    public void Update_UnsureDetection_ContinuesATrackButBeginsNone()
    {
        Step(0, At(100, 100));
        Step(0.1, At(100, 100));

        var tracks = Step(0.1, At(101, 100, score: 0.4f), At(400, 300, score: 0.4f));

        Assert.Equal((1L, TrackState.Confirmed, 3), (tracks.Single().Id, tracks.Single().State, tracks.Single().Hits));
    }

    [Fact]
    public void Update_TentativeMissedForAFrame_IsForgivenThenEnds()
    {
        Step(0, At(100, 100));
        Assert.Single(Step(0.2));

        Assert.Empty(Step(0.2));
        Assert.False(_tracker.Ended.Single().WasConfirmed);
    }

    [Fact]
    public void Update_TimeJumpsAhead_EndsAllTracksFirst()
    {
        Step(0, At(100, 100));
        Step(0.1, At(100, 100));

        var tracks = Step(30, At(100, 100));

        Assert.Equal(1, _tracker.Ended.Single().Id);
        Assert.Equal((2L, TrackState.Tentative), (tracks.Single().Id, tracks.Single().State));
    }

    [Fact]
    public void Update_TimeRestarts_EndsAllTracksFirst()
    {
        Step(60, At(100, 100));
        Step(0.1, At(100, 100));

        var tracks = Step(-60, At(100, 100));

        Assert.Equal([1], _tracker.Ended.Select(track => track.Id));
        Assert.Equal([2], tracks.Select(track => track.Id));
    }

    [Fact]
    public void Update_SameTimeTwice_KeepsTheTrack()
    {
        Step(0, At(100, 100));
        Step(0, At(101, 100));

        Assert.Equal((1L, 2), (Live().Single().Id, Live().Single().Hits));
    }

    [Fact]
    public void Update_NoFacesAtAll_IsFine()
    {
        Assert.Empty(Step(0));
        Assert.Empty(Step(0.1));
        Assert.Empty(_tracker.Ended);
    }

    [Theory]
    [InlineData(float.NaN, 40)]
    [InlineData(float.PositiveInfinity, 40)]
    [InlineData(10, float.NaN)]
    [InlineData(10, 0)]
    [InlineData(10, -5)]
    [InlineData(10, float.PositiveInfinity)]
    public void Update_ImpossibleBox_IsIgnored(float x, float width)
    {
        Step(0, At(100, 100));

        var tracks = Step(0.1, new FaceDetection(new(x, 10, width, 40), default, 0.9f), At(100, 100));

        Assert.Equal((1L, 2), (tracks.Single().Id, tracks.Single().Hits));
    }

    [Fact]
    public void Update_OneFaceDetectedTwice_BeginsOneTrack()
    {
        var tracks = Step(0, At(100, 100), At(103, 101, score: 0.7f));

        Assert.Single(tracks);
    }

    [Fact]
    public void Update_MoreFacesThanMaxTracks_FollowsThatMany()
    {
        var tracker = new FaceTracker(new() { MaxTracks = 3 });
        var faces = Enumerable.Range(0, 10).Select(i => At(i * 100, 100)).ToArray();

        tracker.Update(faces, TimeSpan.Zero);

        Assert.Equal(3, tracker.Update(faces, TimeSpan.FromSeconds(0.1)).Count);
    }

    [Fact]
    public void Update_TrackObjectReused_KeepsTheSlotForItsOwner()
    {
        var slot = new object();
        Step(0, At(100, 100))[0].Slot = slot;
        Step(1);
        Step(1);

        var next = Step(0.1, At(500, 100)).Single();

        Assert.Equal((2L, true), (next.Id, next.IsNew));
        Assert.Same(slot, next.Slot);
    }

    [Fact]
    public void Relink_LooksLikeALostTrack_ThatOneGoesOn()
    {
        Step(0, At(100, 100))[0].Slot = new Look(1, 0);
        Step(0.1, At(100, 100));
        var fresh = Step(0.8, At(420, 300)).Single(track => track.Id == 2);
        fresh.Slot = new Look(0.9f, 0.436f);

        var same = _tracker.Relink(fresh);

        Assert.Equal((1L, TrackState.Confirmed, 3), (same.Id, same.State, same.Hits));
        Assert.Equal((420f, true), (same.Box.X, same.IsSeen));
        Assert.Equal((TrackState.Ended, 1L), (fresh.State, fresh.ContinuedAs));

        var next = Step(0.1, At(424, 300));
        Assert.Equal([1], next.Select(track => track.Id));
        Assert.Equal([2], _tracker.Ended.Select(track => track.Id));
    }

    [Theory]
    [InlineData(420, 0.3f)]
    [InlineData(4000, 1f)]
    public void Relink_LooksDifferentOrTooFar_StaysItself(float x, float similarity)
    {
        Step(0, At(100, 100))[0].Slot = new Look(1, 0);
        Step(0.1, At(100, 100));
        var fresh = Step(0.8, At(x, 300)).Single(track => track.Id == 2);
        fresh.Slot = new Look(similarity, MathF.Sqrt(1 - (similarity * similarity)));

        Assert.Same(fresh, _tracker.Relink(fresh));
        Assert.Equal(2, Live().Count());
    }

    [Fact]
    public void Relink_SeenBesideTheOther_IsAnotherPerson()
    {
        var tracks = Step(0, At(100, 100), At(300, 100));
        tracks[0].Slot = new Look(1, 0);
        tracks[1].Slot = new Look(1, 0);
        Step(0.1, At(100, 100), At(300, 100));
        var other = Step(0.1, At(300, 100)).Single(track => track.IsSeen);

        Assert.Same(other, _tracker.Relink(other));
    }

    [Fact]
    public void Reset_NextUpdate_ReportsAllAsEnded()
    {
        Step(0, At(100, 100), At(300, 100));
        _tracker.Reset();

        Assert.Empty(Step(0.1));
        Assert.Equal([1, 2], _tracker.Ended.Select(track => track.Id));
    }

    private static FaceDetection At(float x, float y, float score = 0.9f) => new(new(x, y, 40, 50), default, score);

    private TrackList Step(double seconds, params FaceDetection[] faces)
    {
        _now += TimeSpan.FromSeconds(seconds);
        return _last = _tracker.Update(faces, _now);
    }

    private TrackList _last = null!;

    private IEnumerable<Track> Live() => _last;

    private sealed class Look(params float[] template) : ITrackAppearance
    {
        public ReadOnlySpan<float> Template => template;
    }
}
