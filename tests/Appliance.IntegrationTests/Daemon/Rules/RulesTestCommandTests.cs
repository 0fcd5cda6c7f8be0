using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Daemon.Cli;
using Appliance.Daemon.Cli.Rules;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Daemon.Rules;

/// <summary><c>rules test</c> on the recording of the rendered scene in docs/samples.</summary>
public class RulesTestCommandTests
{
    private static readonly string s_samples = Path.Combine(Checkout.Root, "docs", "samples", "rules");
    private static readonly string s_events = Path.Combine(s_samples, "scene.ndjson");
    private static readonly string s_rules = Path.Combine(s_samples, "rules.json");

    [Fact]
    public async Task Test_RecordedScene_SaysWhatFiredWhenAndWhyTheOthersDidNot()
    {
        var (code, text, _) = await Run("rules", "test", "--events", s_events, "--rules", s_rules, "--json");

        Assert.Equal(ExitCode.Done, code);
        var result = JsonNode.Parse(text, null, new JsonDocumentOptions())!;
        Assert.Equal(120, (int)result["events"]!);
        var fired = result["fired"]!.AsArray().Select(finding => ((string)finding!["rule"]!, (long)finding["track"]!)).ToList();
        Assert.Equal(
            [("coming", 1), ("going", 1), ("yard-at-night", 1), ("crowd", 0), ("coming", 2), ("yard-at-night", 2), ("coming", 3)], fired);
        var silent = result["silent"]!.AsArray().ToDictionary(line => (string)line!["rule"]!, line => (string)line!["why"]!);
        Assert.Contains("schedule 'day' was never on", silent["yard-by-day"], StringComparison.Ordinal);
        Assert.Contains("people who do not count", silent["banned"], StringComparison.Ordinal);
        Assert.Contains("nothing was wrong", silent["camera"], StringComparison.Ordinal);
        Assert.Contains("cooldown", silent["coming"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_PartOfTheRecording_SeesOnlyThat()
    {
        var (code, text, error) = await Run(
            "rules", "test", "--events", s_events, "--rules", s_rules,
            "--from", "2026-11-21T22:00:05Z", "--to", "2026-11-21T22:00:09Z", "--expect", "coming", "--expect", "going");

        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("40 events", text, StringComparison.Ordinal);
        Assert.Contains("in the other direction", text, StringComparison.Ordinal);
        Assert.Contains("going was expected", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_LinesOfTheEventStream_AreReadAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        var stream = Path.Combine(folder.Path, "stream.txt");
        var rules = Path.Combine(folder.Path, "rules.json");
        await File.WriteAllTextAsync(stream, """
            : watching

            event: track
            data: {"camera":"gate","track":1}

            event: input
            data: {"id":"door","kind":"door","active":true,"since":"2026-11-21T22:00:00Z","changes":1}

            event: camera
            data: {"camera":"gate","state":"silent","reason":"no frame","since":"2026-11-21T22:00:01Z"}

            event: scene
            data: {"type":"scene","camera":"yard","utc":"2026-11-21T22:00:20Z","tampered":["covered"],"tracks":[]}
            """);
        await File.WriteAllTextAsync(rules, """
            {"Rules":[{"Id":"door","Kind":"Input"},{"Id":"signal","Kind":"Tamper","Faults":["SignalLost"],"After":"00:00:10"},{"Id":"covered","Kind":"Tamper","Faults":["Covered"]}]}
            """);

        var (code, text, error) = await Run("rules", "test", "--events", stream, "--rules", rules, "--json");

        Assert.True(code == ExitCode.Done, error);
        Assert.Equal(
            ["door", "covered", "signal"],
            JsonNode.Parse(text, null, new JsonDocumentOptions())!["fired"]!.AsArray().Select(finding => (string)finding!["rule"]!));
    }

    [Theory]
    [InlineData("""{"Rules":[{"Id":"x","Zones":["nowhere"]}]}""", "Rules[0].Zones[0]")]
    [InlineData("""{"Rulez":[]}""", "Rulez")]
    [InlineData("not json", "not")]
    public async Task Test_BadRules_EndsWith2AndNamesTheFault(string rules, string named)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "rules.json");
        await File.WriteAllTextAsync(file, rules);

        var (code, _, error) = await Run("rules", "test", "--events", s_events, "--rules", file);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_BadRecording_NamesTheLine()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "events.ndjson");
        await File.WriteAllTextAsync(file, "{\"type\":\"other\"}\n{\"type\":\"input\",\"utc\":\"2026-11-21T22:00:00Z\"}\n");

        var (code, _, error) = await Run("rules", "test", "--events", file, "--rules", s_rules);

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("line 2", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.InvokeAsync([new RulesCommand()], arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
