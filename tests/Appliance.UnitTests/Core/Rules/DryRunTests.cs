using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;

namespace Appliance.UnitTests.Core.Rules;

public class DryRunTests
{
    private static readonly DateTimeOffset s_start = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Scene_SomebodyInTheYard_FiresWhatAppliesAndExplainsTheRest()
    {
        var set = Rules(
            new() { Id = "fires", Zones = ["yard"], After = TimeSpan.FromSeconds(2) },
            new() { Id = "tooLong", Zones = ["yard"], After = TimeSpan.FromSeconds(20) },
            new() { Id = "elsewhere", Zones = ["roof"] },
            new() { Id = "atNight", Zones = ["yard"], Schedule = "night" },
            new() { Id = "banned", Kind = RuleKind.Watchlist, Zones = ["yard"] },
            new() { Id = "crowd", Kind = RuleKind.Occupancy, Zones = ["yard"], Count = 3 },
            new() { Id = "line", Kind = RuleKind.LineCrossing },
            new() { Id = "door", Kind = RuleKind.Input, Inputs = ["door"] },
            new() { Id = "other", Zones = ["yard"], Cameras = ["back"] });
        var run = new DryRun(set);

        for (var i = 0; i < 50; i++)
            run.Scene(new("gate"), s_start.AddSeconds(i * 0.1), [new(7, new(0.5f, 0.75f), true)], 0);

        var finding = Assert.Single(run.Findings);
        Assert.Equal(("fires", "gate", "yard", 7L, s_start.AddSeconds(2)), (finding.Rule.Id, finding.Camera.Value, finding.Place, finding.Track, finding.Utc));
        Assert.Empty(run.Explain(set.Find("fires")!));
        Assert.Contains("4.9 s at most of 20.0 s", Why(run, set, "tooLong"), StringComparison.Ordinal);
        Assert.Contains("nobody was in roof", Why(run, set, "elsewhere"), StringComparison.Ordinal);
        Assert.Contains("schedule 'night' was never on", Why(run, set, "atNight"), StringComparison.Ordinal);
        Assert.Contains("people who do not count", Why(run, set, "banned"), StringComparison.Ordinal);
        Assert.Contains("1 of 3", Why(run, set, "crowd"), StringComparison.Ordinal);
        Assert.Contains("nobody crossed", Why(run, set, "line"), StringComparison.Ordinal);
        Assert.Contains("no change of door", Why(run, set, "door"), StringComparison.Ordinal);
        Assert.Contains("no frame", Why(run, set, "other"), StringComparison.Ordinal);
    }

    [Fact]
    public void Input_FirstChangeOfTheRecording_Counts()
    {
        var set = Rules(new RuleOptions { Id = "door", Kind = RuleKind.Input, After = TimeSpan.FromSeconds(5) });
        var run = new DryRun(set);

        run.Input("door", true, s_start);
        run.Scene(new("gate"), s_start.AddSeconds(6), [], 0);

        Assert.Equal("door active", Assert.Single(run.Findings).Detail);
    }

    private static string Why(DryRun run, RuleSet set, string rule) => Assert.Single(run.Explain(set.Find(rule)!)).Why;

    private static RuleSet Rules(params RuleOptions[] rules) => new(new()
    {
        Cameras =
        [
            new()
            {
                Camera = "gate",
                Zones =
                [
                    new() { Id = "yard", Polygon = [[0, 0.5f], [1, 0.5f], [1, 1], [0, 1]] },
                    new() { Id = "roof", Polygon = [[0, 0], [1, 0], [1, 0.2f], [0, 0.2f]] },
                ],
                Lines = [new() { Id = "door", From = [0.9f, 0], To = [0.9f, 1] }],
            },
        ],
        Schedules = [new() { Id = "night", Weekly = [new() { From = "22:00", To = "06:00" }] }],
        Rules = rules,
    });
}
