using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.EndToEnd.Support;

namespace Appliance.IntegrationTests.Daemon.Rules;

/// <summary>Inputs, escalation and live rules in a running daemon.</summary>
public class RulesAtWorkTests
{
    private const string DoorRule = """
        { "Rules": [ {
            "Id": "door-open", "Kind": "Input", "Inputs": [ "door" ], "Severity": "Warning", "Outputs": [ "strobe" ], "Pulse": "00:01:00",
            "Cooldown": "00:00:00", "Notify": [ "guard" ],
            "Escalation": [ { "After": "00:00:01", "Severity": "Critical", "Outputs": [ "siren" ], "Pulse": "00:01:00" },
                            { "After": "00:00:04", "Severity": "Critical" } ] } ] }
        """;

    [Fact]
    public async Task Input_DoorOpensAndNobodyAcknowledges_AlertsSwitchesAndEscalates()
    {
        await using var box = new RuleBox(DoorRule);
        await box.Start();

        await box.Door(true);
        var alert = (await box.Alerts("input"))[0]!;
        var strobe = await box.Get("/api/v1/outputs/strobe");
        var escalation = (await box.Alerts("escalation"))[0]!;
        var siren = await box.Get("/api/v1/outputs/siren");

        Assert.Equal(("door-open", "door", "box", "warning"), (
            (string)alert["rule"]!, (string)alert["zone"]!, (string)alert["camera"]!, (string)alert["severity"]!));
        Assert.True((bool)strobe["active"]!);
        Assert.Equal(((string)alert["id"]!, "critical"), ((string)escalation["refersTo"]!, (string)escalation["severity"]!));
        Assert.True((bool)siren["active"]!);
    }

    [Fact]
    public async Task Escalation_AcknowledgedInTime_EndsIt()
    {
        await using var box = new RuleBox(DoorRule
            .Replace("\"00:00:01\"", "\"00:10:00\"", StringComparison.Ordinal).Replace("\"00:00:04\"", "\"00:20:00\"", StringComparison.Ordinal));
        await box.Start();
        await box.Door(true);
        var id = (string)(await box.Alerts("input"))[0]!["id"]!;

        await Patience.Until("an alert that waits", () => Task.FromResult(box.Host.Runtime.Escalation.Open == 1 ? new object() : null));

        await RunningBox.Json(
            await box.Admin.SendAsync(RunningBox.Change(HttpMethod.Post, $"/api/v1/alerts/{id}/acknowledge", "*", RunningBox.Body("{}"))),
            HttpStatusCode.OK);

        Assert.Equal(0, box.Host.Runtime.Escalation.Open);
        Assert.Empty((await box.Get("/api/v1/alerts?kind=escalation"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Escalation_BoxRestarts_GoesOnWhereItWas()
    {
        await using var box = new RuleBox(DoorRule);
        await box.Start();
        await box.Door(true);
        var id = (string)(await box.Alerts("input"))[0]!["id"]!;
        await box.Alerts("escalation");

        await box.Stop();
        await box.Start();
        var escalations = await box.Alerts("escalation", 2);

        Assert.Equal(2, escalations.Count);
        Assert.All(escalations, escalation => Assert.Equal(id, (string)escalation!["refersTo"]!));
        Assert.Equal([1, 2], escalations.Select(escalation => ((string)escalation!["detail"]!)[^1] - '0').Order());
    }

    [Fact]
    public async Task Engine_PutOverRest_IsLiveCheckedAndKept()
    {
        await using var box = new RuleBox("{}");
        await box.Start();
        var read = await box.Admin.GetAsync("/api/v1/rules/engine");
        var etag = read.Headers.ETag!.ToString();
        var put = RunningBox.Body("""{"rules":[{"id":"door","kind":"Input","cooldown":"00:00:00"}]}""");

        var changed = await box.Admin.SendAsync(RunningBox.Change(HttpMethod.Put, "/api/v1/rules/engine", etag, put));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        await box.Door(true);
        await box.Alerts("input");
        await RunningBox.Problem(
            await box.Admin.SendAsync(RunningBox.Change(HttpMethod.Put, "/api/v1/rules/engine", etag, RunningBox.Body("{}"))), 412, "precondition-failed");

        await box.Stop();
        await box.Start();
        Assert.Equal("door", (string)(await box.Get("/api/v1/rules/engine"))["rules"]![0]!["id"]!);
    }

    [Fact]
    public async Task Scene_PutOverRest_NamesItsFaultsAndKeepsTheRest()
    {
        await using var box = new RuleBox("""{ "Rules": [ { "Id": "any", "Kind": "Intrusion" } ] }""");
        await box.Start();
        const string Path = "/api/v1/rules/engine/cameras/gate";

        var problem = await RunningBox.Problem(
            await box.Admin.SendAsync(RunningBox.Change(HttpMethod.Put, Path, "*", RunningBox.Body(
                """{"zones":[{"id":"yard","polygon":[[0,0],[1,1],[1,0],[0,1]]}]}"""))), 400, "validation");
        Assert.NotNull(problem["errors"]!["zones[0].polygon"]);
        var good = await RunningBox.Json(
            await box.Admin.SendAsync(RunningBox.Change(HttpMethod.Put, Path, "*", RunningBox.Body(
                """{"zones":[{"id":"yard","polygon":[[0,0.5],[1,0.5],[1,1]]}],"lines":[{"id":"door","from":[0.1,0.5],"to":[0.9,0.5]}]}"""))),
            HttpStatusCode.OK);

        Assert.Equal("yard", (string)good["zones"]![0]!["id"]!);
        var engine = await box.Get("/api/v1/rules/engine");
        Assert.Equal(("gate", "any"), ((string)engine["cameras"]![0]!["camera"]!, (string)engine["rules"]![0]!["id"]!));
        await RunningBox.Problem(await box.Admin.GetAsync("/api/v1/rules/engine/cameras/nothing"), 404, "not-found");
        Assert.Empty(((JsonArray)await box.Get(Path + "/tallies")).AsArray());
    }
}
