using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;
using Appliance.Core.Rules.Sites;

namespace Appliance.UnitTests.Core.Rules.Sites;

public class SiteRulesTests
{
    private static readonly DateTimeOffset s_utc = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SiteRules _rules = new();
    private readonly List<SiteFinding> _found = [];

    [Fact]
    public void Input_OpenAtTheStart_IsNoChange()
    {
        Adopt(new RuleOptions { Id = "door", Kind = RuleKind.Input });

        _rules.Input("door", true, At(0), s_utc, _found);

        Assert.Empty(_found);
    }

    [Theory]
    [InlineData(InputChange.Active, 1)]
    [InlineData(InputChange.Inactive, 1)]
    [InlineData(InputChange.Any, 2)]
    public void Input_OpenedAndClosed_FiresOnItsChange(InputChange change, int times)
    {
        Adopt(new RuleOptions { Id = "door", Kind = RuleKind.Input, Change = change, Cooldown = TimeSpan.Zero });

        _rules.Input("door", false, At(0), s_utc, _found);
        _rules.Input("door", true, At(1), s_utc, _found);
        _rules.Input("door", false, At(2), s_utc, _found);

        Assert.Equal(times, _found.Count);
        Assert.All(_found, finding => Assert.Equal(("door", "box"), (finding.Place, finding.Camera.Value)));
    }

    [Fact]
    public void Input_MustLast_FiresOnlyWhenItDoes()
    {
        Adopt(new RuleOptions { Id = "door", Kind = RuleKind.Input, After = TimeSpan.FromSeconds(30), Inputs = ["door"] });
        _rules.Input("door", false, At(0), s_utc, _found);
        _rules.Input("window", false, At(0), s_utc, _found);

        _rules.Input("door", true, At(10), s_utc, _found);
        _rules.Input("door", false, At(20), s_utc, _found);
        _rules.Input("window", true, At(20), s_utc, _found);
        _rules.Step(At(60), s_utc, _found);
        Assert.Empty(_found);

        _rules.Input("door", true, At(70), s_utc, _found);
        _rules.Step(At(99), s_utc, _found);
        Assert.Empty(_found);
        _rules.Step(At(100), s_utc, _found);
        _rules.Step(At(200), s_utc, _found);
        Assert.Single(_found);
    }

    [Fact]
    public void Signal_LostForLongEnough_NamesTheCamera()
    {
        Adopt(new RuleOptions { Id = "signal", Kind = RuleKind.Tamper, After = TimeSpan.FromSeconds(10), Faults = [TamperKind.SignalLost] });

        for (var second = 0; second < 15; second++)
        {
            _rules.Signal(new("gate"), second >= 2, At(second), s_utc, _found);
            _rules.Signal(new("yard"), second % 2 == 0, At(second), s_utc, _found);
        }

        Assert.Equal(("gate", "no signal"), (Assert.Single(_found).Camera.Value, _found[0].Detail));
    }

    [Fact]
    public void Locate_LeavesTheCircle_FiresAndAgainOnlyAfterComingBack()
    {
        Adopt(new RuleOptions { Id = "fence", Kind = RuleKind.Geofence, After = TimeSpan.FromSeconds(5), Cooldown = TimeSpan.Zero });

        for (var second = 0; second < 40; second++)
        {
            // 0.002° north are 222 m.
            var outside = second is (> 5 and < 20) or > 30;
            _rules.Locate(new(52.52 + (outside ? 0.002 : 0), 13.405, 5, s_utc), At(second), s_utc, _found);
        }

        Assert.Equal(2, _found.Count);
        Assert.Contains("m outside", _found[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Locate_NotKnown_ChangesNothing()
    {
        Adopt(new RuleOptions { Id = "fence", Kind = RuleKind.Geofence });

        _rules.Locate(null, At(0), s_utc, _found);
        _rules.Step(At(100), s_utc, _found);

        Assert.Empty(_found);
    }

    [Theory]
    [InlineData(52.52, 13.405, 0, true)]
    [InlineData(52.5209, 13.405, 0, true)] // 100.1 m north is within 101
    [InlineData(52.5210, 13.405, 0, false)]
    [InlineData(52.5210, 13.405, 50, true)] // not surely outside
    [InlineData(52.52, 13.4065, 0, false)] // 101.5 m east
    public void MayHold_Circle_TakesTheAccuracyIntoAccount(double latitude, double longitude, double accuracy, bool inside)
    {
        var fence = Geofence.Of(new() { Latitude = 52.52, Longitude = 13.405, RadiusMetres = 101 })!;

        Assert.Equal(inside, fence.MayHold(new(latitude, longitude, accuracy, s_utc)));
    }

    [Fact]
    public void MayHold_Polygon_KnowsInsideAndTheDistanceToItsEdge()
    {
        var fence = Geofence.Of(new() { Polygon = [[52.52, 13.40], [52.53, 13.40], [52.53, 13.42], [52.52, 13.42]] })!;

        Assert.True(fence.MayHold(new(52.525, 13.41, 0, s_utc)));
        Assert.False(fence.MayHold(new(52.531, 13.41, 100, s_utc))); // 111 m outside
        Assert.True(fence.MayHold(new(52.531, 13.41, 120, s_utc)));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Adopt(RuleOptions rule) => _rules.Adopt(new RuleSet(new()
    {
        Rules = [rule],
        Geofence = new() { Latitude = 52.52, Longitude = 13.405, RadiusMetres = 100 },
    }));
}
