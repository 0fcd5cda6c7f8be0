using Appliance.Core.Rules;

namespace Appliance.UnitTests.Core.Rules;

public class RulesCheckTests
{
    private static readonly float[][] s_square = [[0.1f, 0.1f], [0.4f, 0.1f], [0.4f, 0.4f], [0.1f, 0.4f]];

    [Fact]
    public void Faults_EverythingWrong_NamesEachWithItsPath()
    {
        var options = new RulesOptions
        {
            TimeZone = "Europe/Berlinn",
            Cameras =
            [
                new()
                {
                    Camera = "gate",
                    Zones =
                    [
                        new() { Id = "a", Polygon = [[0, 0], [1, 1], [1, 0], [0, 1]] },
                        new() { Id = "b", Polygon = [[0, 0], [1, 1]] },
                        new() { Id = "hidden", Polygon = s_square },
                        new() { Id = "mask", Kind = ZoneKind.PrivacyMask, Polygon = [[0, 0], [0.5f, 0], [0.5f, 0.5f], [0, 0.5f]] },
                        new() { Id = "mask", Polygon = [[0.6f, 0.6f], [0.9f, 0.6f], [0.9f, 0.9f]] },
                    ],
                    Lines = [new() { Id = "l", From = [0.5f, 0.5f], To = [0.5f, 0.5f] }, new() { Id = "m", From = [2, 0], To = [1] }],
                },
            ],
            Schedules =
            [
                new() { Id = "night", TimeZone = "Mars/Olympus", Weekly = [new() { From = "22:00", To = "06:00" }, new() { From = "23:00", To = "23:30" }] },
                new() { Id = "bad", Weekly = [new() { From = "25:00", To = "6:00" }], Dates = [new() { Date = "2026-02-30" }] },
                new() { Id = "never" },
            ],
            Rules =
            [
                new() { Id = "r", Zones = ["yard"], Schedule = "nights", Outputs = ["horn"], Pattern = "off", Cameras = ["back"] },
                new() { Id = "r", Kind = RuleKind.Loitering },
                new() { Id = "f", Kind = RuleKind.Geofence },
                new() { Id = "i", Kind = RuleKind.Input, Inputs = ["window"], Zones = ["a"], Categories = ["staff"] },
                new() { Id = "e", Escalation = [new(), new()], Faults = [TamperKind.Dark] },
            ],
        };

        var paths = RulesCheck.Faults(options, new(["gate"], ["siren"], ["door"])).Select(fault => fault.Path).ToList();

        Assert.Equal(
            [
                "TimeZone",
                "Cameras[0].Zones[0].Polygon", "Cameras[0].Zones[1].Polygon", "Cameras[0].Zones[2].Polygon", "Cameras[0].Zones[4].Id",
                "Cameras[0].Lines[0].To", "Cameras[0].Lines[1].From", "Cameras[0].Lines[1].To",
                "Schedules[0].TimeZone", "Schedules[0].Weekly[1]",
                "Schedules[1].Weekly[0].From", "Schedules[1].Weekly[0].To", "Schedules[1].Dates[0].Date",
                "Schedules[2].Weekly",
                "Rules[0].Schedule", "Rules[0].Cameras[0]", "Rules[0].Zones[0]", "Rules[0].Outputs[0]", "Rules[0].Pattern",
                "Rules[1].Id", "Rules[1].After",
                "Rules[2].Kind",
                "Rules[3].Inputs[0]", "Rules[3].Zones", "Rules[3].Categories",
                "Rules[4].Faults", "Rules[4].Escalation[1].After",
            ],
            paths);
    }

    [Fact]
    public void Faults_FenceWithoutRule_SaysThatNothingWatchesIt()
    {
        var fence = new GeofenceOptions { Latitude = 47.4, Longitude = 8.5, RadiusMetres = 200 };
        var rule = new RuleOptions { Id = "gone", Kind = RuleKind.Geofence };

        var alone = RulesCheck.Faults(new RulesOptions { Geofence = fence }, new(["gate"], ["siren"], ["door"]));
        var watched = RulesCheck.Faults(new RulesOptions { Geofence = fence, Rules = [rule] }, new(["gate"], ["siren"], ["door"]));

        Assert.Equal("Geofence", Assert.Single(alone).Path);
        Assert.Empty(watched);
    }

    [Fact]
    public void Faults_GoodRules_FindsNothing()
    {
        var options = new RulesOptions
        {
            TimeZone = "Europe/Berlin",
            Cameras = [new() { Camera = "gate", Zones = [new() { Id = "yard", Polygon = s_square }], Lines = [new() { Id = "l", From = [0, 0], To = [1, 1] }] }],
            Schedules = [new() { Id = "night", Weekly = [new() { From = "22:00", To = "06:00" }, new() { From = "12:00", To = "13:00" }] }],
            Rules =
            [
                new() { Id = "a", Zones = ["yard"], Schedule = "night", Outputs = ["siren"], Pattern = "on 1 s, off 1 s × 5" },
                new() { Id = "b", Kind = RuleKind.LineCrossing },
                new() { Id = "c", Kind = RuleKind.Input, Inputs = ["door"] },
            ],
        };

        Assert.Empty(RulesCheck.Faults(options, new(["gate"], ["siren"], ["door"])));
    }

    [Fact]
    public void Faults_Defaults_FindsNothing() => Assert.Empty(RulesCheck.Faults(new(), new([], [], [])));
}
