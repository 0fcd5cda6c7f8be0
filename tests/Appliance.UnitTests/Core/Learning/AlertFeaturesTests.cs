using Appliance.Core.Alerts;
using Appliance.Core.Detection;
using Appliance.Core.Learning;
using Appliance.Core.Recognition;
using Appliance.Core.Tracking;

namespace Appliance.UnitTests.Core.Learning;

public class AlertFeaturesTests
{
    private static readonly ShotQuality s_shot = new(0.8f, 40, 30, -20, 8, 2, 0.5f, 0.2f, 1, 0.9f);

    [Fact]
    public void Of_Match_GivesTwelveNumbersInTheOrderOfTheContract()
    {
        var features = AlertFeatures.Of(Alert(0.7f), SomeTrack(), s_shot)!;

        Assert.Equal(AlertFeatures.Count, features.Length);
        Assert.Equal(AlertFeatures.Count, AlertFeatures.Names.Count);
        Assert.Equal([0.7f, 0.2f, 0.7f - 0.45f, MathF.Log(80), 0.9f, MathF.Log(31), 20, 8, 0.5f, 0.2f], features[..10]);
    }

    [Fact]
    public void Of_NoMatchOrNotFinite_IsNothingToLearnFrom()
    {
        Assert.Null(AlertFeatures.Of(Alert(0.7f) with { Match = null }, SomeTrack(), s_shot));
        Assert.Null(AlertFeatures.Of(Alert(float.NaN), SomeTrack(), s_shot));
    }

    private static Alert Alert(float similarity) => new()
    {
        Id = new("A"),
        BootId = Guid.Empty,
        Kind = AlertKinds.Watchlist,
        Severity = Severity.Warning,
        Camera = new("gate"),
        Utc = DateTimeOffset.UnixEpoch,
        Box = new Box(0, 0, 60, 80),
        DetectionScore = 0.9f,
        Match = new(new("P"), "Jane Exampleton", "banned", similarity, 0.2f, 0.45f, 3),
    };

    private static Track SomeTrack()
    {
        var tracker = new FaceTracker(new());
        return tracker.Update([new(new(10, 10, 60, 80), default, 0.9f)], TimeSpan.Zero, 640, 480)[0];
    }
}
