using System.Numerics;
using Appliance.Core.Alerts;
using Appliance.Core.Recognition;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;
using Appliance.UnitTests.Support;

namespace Appliance.UnitTests.Core.Rules.Engine;

public class CameraRulesTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Vector2 s_yard = new(0.5f, 0.75f);
    private static readonly Vector2 s_street = new(0.5f, 0.25f);
    private static readonly Vector2 s_poster = new(0.95f, 0.75f);

    private readonly List<RuleFinding> _found = [];

    [Fact]
    public void Step_Intrusion_FiresOnceAfterTheTimeInTheZone()
    {
        var rules = Rules(new RuleOptions { Id = "r", Zones = ["yard"], After = TimeSpan.FromSeconds(2) });

        var fired = Walk(rules, 0, 10, _ => s_yard);

        Assert.Equal([2.0], fired);
        Assert.Equal(("yard", 0), (_found[0].Place, _found[0].Index));
    }

    [Fact]
    public void Step_IntrusionLeftTooEarly_DoesNotFireAndSaysHowLong()
    {
        var rules = Rules(new RuleOptions { Id = "r", Zones = ["yard"], After = TimeSpan.FromSeconds(2) });

        var fired = Walk(rules, 0, 10, time => time % 3 < 1.5 ? s_yard : s_street);

        Assert.Empty(fired);
        Assert.InRange(rules.Tallies[0]!.Longest.TotalSeconds, 1.3, 1.5);
    }

    [Fact]
    public void Step_HiddenForAMoment_StillCountsButFiresOnlyWhenSeen()
    {
        var rules = Rules(new RuleOptions { Id = "r", Zones = ["yard"], After = TimeSpan.FromSeconds(2) });

        var fired = Walk(rules, 0, 4, _ => s_yard, seen: time => time is < 1 or > 2.55);

        Assert.Equal(2.6, Assert.Single(fired), 3);
    }

    [Fact]
    public void Step_Loitering_AddsUpOverShortAbsences()
    {
        var rules = Rules(new RuleOptions { Id = "r", Kind = RuleKind.Loitering, Zones = ["yard"], After = TimeSpan.FromSeconds(10) });

        var fired = Walk(rules, 0, 30, time => time % 6 < 4 ? s_yard : s_street);

        // 4 s inside of every 6: 10 s are reached at 4 + 2 + 4 + 2 + 2.
        Assert.Equal(14, Assert.Single(fired), 1);
    }

    [Fact]
    public void Step_LoiteringWithALongAbsence_BeginsAnew()
    {
        var rules = Rules(new RuleOptions { Id = "r", Kind = RuleKind.Loitering, Zones = ["yard"], After = TimeSpan.FromSeconds(10) });

        Assert.Empty(Walk(rules, 0, 32, time => time % 16 < 8 ? s_yard : s_street));
    }

    [Theory]
    [InlineData(LineDirection.Any, 2)]
    [InlineData(LineDirection.LeftToRight, 1)]
    [InlineData(LineDirection.RightToLeft, 1)]
    public void Step_LineCrossing_FiresInItsDirection(LineDirection direction, int times)
    {
        var rules = Rules(new RuleOptions
        {
            Id = "r",
            Kind = RuleKind.LineCrossing,
            Lines = ["door"],
            Direction = direction,
            Cooldown = TimeSpan.Zero,
        });

        // Over the line and back.
        var fired = Walk(rules, 0, 4, time => new(time < 2 ? 0.3f + (0.2f * (float)time) : 0.7f - (0.2f * (float)(time - 2)), 0.5f));

        Assert.Equal(times, fired.Count);
        Assert.All(_found, finding => Assert.Equal("door", finding.Place));
        Assert.Equal(direction == LineDirection.Any ? 0 : 1, rules.Tallies[0]!.OtherWay);
    }

    [Fact]
    public void Step_Occupancy_FiresWhenEnoughAreThereForLongEnough()
    {
        var rules = Rules(new RuleOptions
        {
            Id = "r",
            Kind = RuleKind.Occupancy,
            Zones = ["yard"],
            Count = 3,
            After = TimeSpan.FromSeconds(1),
            Cooldown = TimeSpan.Zero,
        });

        var times = new List<double>();
        for (var i = 0; i < 100; i++)
        {
            var people = i switch { < 20 => 2, < 40 => 3, < 45 => 2, < 60 => 4, < 85 => 1, _ => 3 };
            Step(rules, i * 0.1, [.. Enumerable.Range(1, people).Select(id => new Sighting(id, s_yard, true))], times);
        }

        // A flicker at 4.0–4.5 s is no new stretch; the long break at 6.0–8.5 s is.
        Assert.Equal(2, times.Count);
        Assert.Equal(3.0, times[0], 3);
        Assert.Equal(9.5, times[1], 3);
        Assert.Equal(4, rules.Tallies[0]!.Most);
    }

    [Fact]
    public void Step_Absence_FiresOncePerEmptyStretch()
    {
        var rules = Rules(new RuleOptions
        {
            Id = "r",
            Kind = RuleKind.Absence,
            Zones = ["yard"],
            After = TimeSpan.FromSeconds(5),
            Cooldown = TimeSpan.Zero,
        });

        var times = new List<double>();
        for (var i = 0; i < 200; i++)
            Step(rules, i * 0.1, i is > 70 and < 80 ? [new(1, s_yard, true)] : [new(2, s_street, true)], times);

        Assert.Equal([5.0, 13.0], times.Select(time => Math.Round(time, 3)));
    }

    [Fact]
    public void Step_CategoriesAndExcept_OnlyThoseMeantCount()
    {
        var rules = Rules(
            new RuleOptions { Id = "banned", Kind = RuleKind.Watchlist, Zones = ["yard"], Categories = ["banned"] },
            new RuleOptions { Id = "strangers", Kind = RuleKind.UnknownFace, Zones = ["yard"] },
            new RuleOptions { Id = "notStaff", Zones = ["yard"], Except = ["staff"] });

        Step(rules, 0,
        [
            Known(1, "banned"), Known(2, "staff"), new(3, s_yard, true, IdentityState.Unknown), new(4, s_yard, true),
        ], []);

        Assert.Equal(
            [("banned", 0), ("notStaff", 0), ("strangers", 2), ("notStaff", 2), ("notStaff", 3)],
            _found.Select(finding => (finding.Rule.Id, finding.Index)));
    }

    [Fact]
    public void Step_ExcludedAndMasked_AreNowhere()
    {
        var rules = Rules(new RuleOptions { Id = "r" });

        Assert.Empty(Walk(rules, 0, 3, _ => s_poster));
        Assert.True(rules.Excludes(s_poster));
        Assert.False(rules.Hides(s_poster));
        Assert.True(rules.Hides(new(0.05f, 0.75f)));
        Assert.Equal((0, 0), (rules.CountAt(0), rules.CountAt(1)));
    }

    [Fact]
    public void Step_Cooldown_IsPerPersonZoneOrRule()
    {
        Assert.Equal(3, Fired(CooldownScope.Person));
        Assert.Equal(2, Fired(CooldownScope.Zone));
        Assert.Equal(1, Fired(CooldownScope.Rule));

        // Two people in the yard, one of them on another track a moment later, and one more in the second zone.
        int Fired(CooldownScope scope)
        {
            _found.Clear();
            var rules = Rules(new RuleOptions { Id = "r", Zones = ["yard", "gate"], CooldownPer = scope });
            Step(rules, 0, [Known(1, "banned")], []);
            Step(rules, 1, [Known(2, "banned", person: "p1")], []);
            Step(rules, 2, [Known(2, "banned", person: "p1"), Known(3, "banned")], []);
            Step(rules, 3, [Known(4, "banned") with { Anchor = new(0.5f, 0.55f) }], []);
            return _found.Count;
        }
    }

    [Fact]
    public void Step_CooldownOver_FiresAgainAfterLeaving()
    {
        var rules = Rules(new RuleOptions { Id = "r", Zones = ["yard"], Cooldown = TimeSpan.FromSeconds(10) });

        var fired = Walk(rules, 0, 30, time => time % 4 < 2 ? s_yard : s_street);

        Assert.Equal([0, 12, 24], fired.Select(time => Math.Round(time, 3)));
        Assert.Equal(5, rules.Tallies[0]!.Cooled);
    }

    [Fact]
    public void Step_OutsideItsSchedule_OnlyCounts()
    {
        var rules = Rules(new RuleOptions { Id = "r", Zones = ["yard"], Schedule = "night" });

        Assert.Empty(Walk(rules, 0, 3, _ => s_yard));
        Assert.Equal(31, rules.Tallies[0]!.OutOfSchedule);

        _found.Clear();
        rules.Step([new(1, s_yard, true)], 0, TimeSpan.FromSeconds(4), s_noon.AddHours(11), _found);
        Assert.Single(_found);
    }

    [Fact]
    public void Step_Tampered_FiresAfterItsTimeWithTheReason()
    {
        var rules = Rules(new RuleOptions
        {
            Id = "r",
            Kind = RuleKind.Tamper,
            After = TimeSpan.FromSeconds(3),
            Faults = [TamperKind.Covered, TamperKind.Dark],
        });

        for (var i = 0; i < 50; i++)
            rules.Step([], 1 << (int)TamperKind.Blurred, TimeSpan.FromSeconds(i * 0.1), s_noon, _found);
        Assert.Empty(_found);
        for (var i = 50; i < 100; i++)
            rules.Step([], 1 << (int)TamperKind.Covered, TimeSpan.FromSeconds(i * 0.1), s_noon, _found);

        Assert.Equal("covered", Assert.Single(_found).Detail);
    }

    [Fact]
    public void Step_TimeGoesBack_BeginsAnew()
    {
        var rules = Rules(new RuleOptions { Id = "r", Zones = ["yard"], After = TimeSpan.FromSeconds(2), Cooldown = TimeSpan.FromHours(1) });
        Walk(rules, 100, 103, _ => s_yard);

        var fired = Walk(rules, 0, 3, _ => s_yard);

        Assert.Equal(2, Assert.Single(fired), 3);
    }

    [Fact]
    public void Step_ManyTracksAndZones_AllocatesNothing()
    {
        var zones = Enumerable.Range(0, 20).Select(i => new ZoneOptions
        {
            Id = $"z{i}",
            Polygon = [[0.05f * i, 0.1f], [(0.05f * i) + 0.1f, 0.1f], [(0.05f * i) + 0.1f > 1 ? 1 : (0.05f * i) + 0.1f, 0.9f], [0.05f * i, 0.9f]],
        }).Where(zone => Polygon(zone)).ToList();
        var set = new RuleSet(new()
        {
            Cameras = [new() { Camera = "gate", Zones = zones }],
            Rules = [.. zones.Select(zone => new RuleOptions { Id = zone.Id, Zones = [zone.Id], After = TimeSpan.FromHours(1) })],
        });
        var rules = new CameraRules(new("gate"), set);
        var tracks = new Sighting[50];
        for (var frame = 0; frame < 120; frame++)
            Frame(frame);

        var next = 120;
        var allocated = Allocations.Least(() =>
        {
            for (var end = next + 280; next < end; next++)
                Frame(next);
        });

        Assert.Equal(0, allocated);

        void Frame(int frame)
        {
            for (var i = 0; i < tracks.Length; i++)
                tracks[i] = new(i + (frame / 50), new(((i * 7) + frame) % 100 / 100f, ((i * 13) + frame) % 100 / 100f), true);
            rules.Step(tracks, 0, TimeSpan.FromSeconds(frame * 0.1), s_noon, _found);
        }

        static bool Polygon(ZoneOptions zone) => Appliance.Core.Rules.Zones.Polygon.WhyNot(zone.Polygon) is null;
    }

    [Fact]
    public void AlertKind_EveryRuleKind_IsAKindOfAlerts()
    {
        var set = new RuleSet(new()
        {
            Rules = [.. Enum.GetValues<RuleKind>().Select(kind => new RuleOptions { Id = kind.ToString(), Kind = kind })],
        });

        Assert.All(set.Rules, rule => Assert.Contains(rule.AlertKind, AlertKinds.All));
        Assert.Equal(set.Rules.Count, set.Rules.Select(rule => rule.AlertKind).Distinct().Count());
    }

    private static Sighting Known(long track, string category, string? person = null) =>
        new(track, s_yard, true, IdentityState.Known, new(person ?? $"p{track}"), category);

    private static CameraRules Rules(params RuleOptions[] rules) => new(new("gate"), new RuleSet(new()
    {
        TimeZone = "UTC",
        Cameras =
        [
            new()
            {
                Camera = "gate",
                Zones =
                [
                    new() { Id = "yard", Polygon = [[0.1f, 0.6f], [1, 0.6f], [1, 1], [0.1f, 1]] },
                    new() { Id = "gate", Polygon = [[0.1f, 0.5f], [1, 0.5f], [1, 0.6f], [0.1f, 0.6f]] },
                    new() { Id = "poster", Kind = ZoneKind.Exclude, Polygon = [[0.9f, 0], [1, 0], [1, 1], [0.9f, 1]] },
                    new() { Id = "neighbour", Kind = ZoneKind.PrivacyMask, Polygon = [[0, 0], [0.08f, 0], [0.08f, 1], [0, 1]] },
                ],
                Lines = [new() { Id = "door", From = [0.5f, 1], To = [0.5f, 0] }],
            },
        ],
        Schedules = [new() { Id = "night", Weekly = [new() { From = "22:00", To = "06:00" }] }],
        Rules = rules,
    }));

    /// <summary>One track at ten frames per second; returns the times at which something was found.</summary>
    private List<double> Walk(CameraRules rules, double from, double to, Func<double, Vector2> at, Func<double, bool>? seen = null)
    {
        var times = new List<double>();
        for (var i = 0; from + (i * 0.1) <= to + 0.001; i++)
        {
            var time = i * 0.1;
            Step(rules, from + time, [new(1, at(time), seen?.Invoke(time) ?? true)], times);
        }

        return times;
    }

    private void Step(CameraRules rules, double time, Sighting[] tracks, List<double> times)
    {
        var before = _found.Count;
        rules.Step(tracks, 0, TimeSpan.FromSeconds(time), s_noon, _found);
        times.AddRange(Enumerable.Repeat(time, _found.Count - before));
    }
}
