using System.Text.Json.Nodes;
using Appliance.Delivery.Outputs;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>What a siren does when the daemon that switched it on is gone: the unit's <c>ExecStopPost</c>.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class OutputReleaseTests
{
    [Fact]
    public async Task Release_DaemonKilledWithTheSirenOn_BringsEveryOutputToItsStateForStop()
    {
        using var folder = new TemporaryFolder();
        var state = Path.Combine(folder.Path, "lines.json");
        await using var box = new Box(Configuration(state));
        await box.Start();
        var atStart = SimulatedStateFile.Read(state)!;
        await box.Post("/api/v1/outputs/siren/on", new { });
        await box.Post("/api/v1/outputs/lamp/off", new { });

        await box.Process.Kill();
        var killed = SimulatedStateFile.Read(state)!;
        var (code, text, error) = await DaemonProgram.Run(
            Patience.Long, "outputs", "release", "--config", await Saved(box, folder));

        Assert.Equal((false, true), (atStart["siren"], atStart["lamp"]));
        Assert.Equal((true, false), (killed["siren"], killed["lamp"]));
        Assert.True(code == 0, error);
        Assert.Contains("siren off", text, StringComparison.Ordinal);
        var released = SimulatedStateFile.Read(state)!;
        Assert.Equal((false, true), (released["siren"], released["lamp"]));
    }

    [Fact]
    public async Task Stop_CleanWithTheSirenOn_LeavesTheStateForStopAndReleaseChangesNothing()
    {
        using var folder = new TemporaryFolder();
        var state = Path.Combine(folder.Path, "lines.json");
        await using var box = new Box(Configuration(state));
        await box.Start();
        await box.Post("/api/v1/outputs/siren/on", new { });

        await box.Process.Stop();
        var stopped = SimulatedStateFile.Read(state)!;
        var (code, _, _) = await DaemonProgram.Run(Patience.Long, "outputs", "release", "--config", await Saved(box, folder));

        Assert.Equal((false, true), (stopped["siren"], stopped["lamp"]));
        Assert.Equal(0, code);
        Assert.Equal(stopped, SimulatedStateFile.Read(state));
    }

    private static JsonObject Configuration(string state)
    {
        var configuration = BoxConfiguration.Of(null);
        configuration["Outputs"] = new JsonObject
        {
            ["StateFile"] = state,
            ["Lines"] = new JsonArray(
                new JsonObject { ["Id"] = "siren", ["Line"] = 0 },
                new JsonObject { ["Id"] = "lamp", ["Line"] = 1, ["OnAtStart"] = true, ["OnAtStop"] = true, ["MaximumOnTime"] = "00:00:00" }),
        };
        return configuration;
    }

    private static async Task<string> Saved(Box box, TemporaryFolder folder)
    {
        var file = Path.Combine(folder.Path, "appliance.json");
        await File.WriteAllTextAsync(file, box.Configuration.ToJsonString());
        return file;
    }
}
