using Appliance.Core.Alerts;
using Appliance.Core.Detection;
using Appliance.Core.Recognition;
using Appliance.Core.Rules;
using Appliance.Core.Tracking;

namespace Appliance.UnitTests.Core.Recognition;

public class AlertGateTests
{
    private readonly BruteForceIndex _index = new();
    private AlertGate _gate = new(new());

    public AlertGateTests()
    {
        _index.Put(new("anna"), [[1, 0]]);
        _index.Put(new("bert"), [[0, 1]]);
    }

    [Fact]
    public void Pass_KnownPerson_OncePerTrack()
    {
        var (track, identity) = Known(1, 0);

        Assert.Equal(AlertKinds.Watchlist, Pass(track, identity, 0));
        Assert.Null(Pass(track, identity, 1));
        Assert.Null(Pass(track, identity, 600));
    }

    [Fact]
    public void Pass_SamePersonOnANewTrack_WaitsForTheCooldown()
    {
        Pass(Known(1, 0), 0);
        var again = Known(1, 0);

        Assert.Null(Pass(again, 59));
        Assert.Equal(AlertKinds.Watchlist, Pass(again, 60));
    }

    [Fact]
    public void Pass_TwoPersons_DoNotSilenceEachOther()
    {
        Assert.Equal(AlertKinds.Watchlist, Pass(Known(1, 0), 0));
        Assert.Equal(AlertKinds.Watchlist, Pass(Known(0, 1), 0));
    }

    [Fact]
    public void Pass_ClockRestarts_CooldownStartsAnewInsteadOfLastingForever()
    {
        Pass(Known(1, 0), 10_000);
        var again = Known(1, 0);

        Assert.Null(Pass(again, 5));
        Assert.Null(Pass(again, 64));
        Assert.Equal(AlertKinds.Watchlist, Pass(again, 65));
    }

    [Fact]
    public void Pass_TrackNotSeenNow_Waits()
    {
        var tracker = new FaceTracker(new());
        var track = Follow(tracker, seconds: 1);
        tracker.Update([], TimeSpan.FromSeconds(1.1));

        Assert.Null(Pass(track, Known(1, 0).Identity, 0));
    }

    [Fact]
    public void Pass_UndecidedTrack_IsNoAlert()
    {
        var identity = new TrackIdentity(new(), 2, new(0.3f, 0.5f));

        Assert.Null(Pass(Follow(new(new()), 5), identity, 0));
    }

    [Theory]
    [InlineData(true, 3.0, 0.8f, AlertKinds.UnknownFace)]
    [InlineData(true, 2.9, 0.8f, null)]
    [InlineData(true, 3.0, 0.2f, null)]
    [InlineData(false, 3.0, 0.8f, null)]
    public void Pass_UnknownFace_OnlyIfWantedLongAndWellSeen(bool wanted, double seconds, float quality, string? expected)
    {
        _gate = new(new() { UnknownFaces = wanted });
        var identity = Unknown(quality);
        var track = Follow(new(new()), seconds);

        Assert.Equal(expected, Pass(track, identity, 0));
        Assert.Null(Pass(track, identity, 1));
    }

    [Fact]
    public void Pass_UnknownTurnsOutToBeKnown_IsStillAlerted()
    {
        _gate = new(new() { UnknownFaces = true });
        var identity = Unknown(0.8f);
        var track = Follow(new(new()), 4);
        Pass(track, identity, 0);
        for (var shot = 0; shot < 2; shot++)
        {
            identity.Add([1, 0], Quality(0.9f), TimeSpan.Zero);
            identity.Decide(_index);
        }

        Assert.Equal(AlertKinds.Watchlist, Pass(track, identity, 1));
    }

    [Fact]
    public void Pass_ThousandsOfPersons_ForgetsOldOnes()
    {
        for (var i = 0; i < 5000; i++)
        {
            var id = new PersonId($"p{i}");
            var index = new BruteForceIndex();
            index.Put(id, [[1, 0]]);
            var identity = new TrackIdentity(new(), 2, new(0.3f, 0.5f));
            identity.Add([1, 0], Quality(0.9f), TimeSpan.Zero);
            identity.Decide(index);
            Assert.NotNull(Pass(Known(1, 0).Track, identity, i));
        }

        Assert.InRange(_gate.Remembered, 1, 300);
    }

    private static ShotQuality Quality(float score) => new(score, 60, 100, 0, 0, 0, 0.5f, 0.2f, 1, 0.9f);

    private static Track Follow(FaceTracker tracker, double seconds)
    {
        var face = new FaceDetection(new(100, 100, 40, 50), default, 0.9f);
        Track track = null!;
        for (var step = 0; step <= 10; step++)
            track = tracker.Update([face], TimeSpan.FromSeconds(seconds * step / 10))[0];
        return track;
    }

    private (Track Track, TrackIdentity Identity) Known(float x, float y)
    {
        var identity = new TrackIdentity(new(), 2, new(0.3f, 0.5f));
        identity.Add([x, y], Quality(0.9f), TimeSpan.Zero);
        identity.Decide(_index);
        return (Follow(new(new()), 1), identity);
    }

    private TrackIdentity Unknown(float quality)
    {
        var identity = new TrackIdentity(new() { UnknownAfterShots = 2 }, 2, new(0.3f, 0.5f));
        for (var shot = 0; shot < 2; shot++)
        {
            identity.Add([-0.7071f, -0.7071f], Quality(quality), TimeSpan.Zero);
            identity.Decide(_index);
        }

        return identity;
    }

    private string? Pass((Track Track, TrackIdentity Identity) who, double now) => Pass(who.Track, who.Identity, now);

    private string? Pass(Track track, TrackIdentity identity, double now) =>
        _gate.Pass(track, identity, TimeSpan.FromSeconds(now));
}
