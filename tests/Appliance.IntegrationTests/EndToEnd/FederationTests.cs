using System.Globalization;
using System.Text.Json.Nodes;
using Appliance.Capture.Serving;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Learning;
using Appliance.IntegrationTests.Support;
using Appliance.Learning.Flower;
using Appliance.Learning.Heads;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>A running box learns with others from the verdicts on its alerts.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class FederationTests(FaceVideo video)
{
    // As many verdicts of each kind as keep it all but certain that training sees both, whichever fifth is held out.
    private const int Verdicts = 10;

    [Fact]
    public async Task Run_OperatorsJudgedAlerts_TheServerGetsAnUpdateAndTheBoxSaysWhatItSent()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        using var cameras = RtspServer.Start();
        await using var box = new Box(Configuration(server.Address, cameras.Mount("/gate", video.Path).Url));
        await box.Start();
        await box.Enrol("Somebody", video.Photos);
        await Judge(box);

        var node = await Online(server);
        var head = new CalibrationHead();
        var (model, metrics) = await Round(server, head.Split(head.Initial()), 1);
        Assert.Equal(["train_loss"], metrics.Keys);
        Assert.Contains(head.Join(model, isPositional: false), each => each != 0);
        await Round(server, model, 2);

        // What the box says of it.
        var status = await box.Get("/api/v1/federation");
        Assert.Equal(node, (string)status["nodeId"]!);
        Assert.True((bool)status["wanted"]!);
        Assert.Null((string?)status["fault"]);
        var rounds = await Patience.Until(
            "two rounds", async () => (await box.Get("/api/v1/federation/rounds")).AsArray() is { Count: >= 2 } all ? all : null);
        Assert.All(rounds, round => Assert.Equal(64, ((string)round!["updateHash"]!).Length));
        Assert.True((long)rounds[0]!["bytesSent"]! > 100);
        var audit = await Patience.Until(
            "a line of each update",
            async () => (await box.Get("/api/v1/audit?action=fl.&limit=50"))["items"]!.AsArray() is { Count: >= 2 } lines ? lines : null);
        Assert.Contains(audit, line => (string)line!["action"]! == "fl.update.sent");
        Assert.Equal(404, (await box.Try("/api/v1/federation/models/liveness/rollback")).Status);
    }

    [Fact]
    public async Task Leave_AndJoin_OutliveARestart()
    {
        await using var server = new FlowerDouble();
        await server.Start();
        var configuration = Configuration(server.Address, null);
        await using var box = new Box(configuration);
        await box.Start();
        // Not only the server: whoever leaves while its answer is on the way does not know that it is in.
        await Patience.Until("a box that knows it is in", async () =>
            await box.Get("/api/v1/federation") is var view && (string)view["phase"]! == "online" ? view : null);
        var key = await box.Get("/api/v1/federation/key");

        await box.Post("/api/v1/federation/leave", new { });
        await Patience.Until("the server without it", () => Task.FromResult(server.Online.Count == 0 ? "" : null));
        Assert.Equal(0, await box.Process.Stop());
        Assert.False((bool)(await Command(box, "status"))["wanted"]!);
        await box.Start();
        Assert.False((bool)(await box.Get("/api/v1/federation"))["wanted"]!);

        await box.Post("/api/v1/federation/join", new { });
        await Online(server);
        Assert.Equal(0, await box.Process.Stop());
        Assert.True((bool)(await Command(box, "status"))["wanted"]!);
        Assert.Equal((string)key["openSsh"]!, (string)(await Command(box, "key"))["openSsh"]!);
        Assert.Empty((await Command(box, "rounds")).AsArray());

        await box.Start();
        await Online(server);
    }

    [Fact]
    public async Task Join_NoServerConfigured_SaysWhatToSet()
    {
        var configuration = BoxConfiguration.Of(null);
        configuration["Federation"] = new JsonObject();
        await using var box = new Box(configuration);
        await box.Start();

        var (status, problem) = await box.Try("/api/v1/federation/join");

        Assert.Equal(409, status);
        Assert.Contains("Federation.Server", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    private static JsonObject Configuration(Uri server, string? camera)
    {
        var configuration = camera is null ? BoxConfiguration.Of(null) : BoxConfiguration.Of(null, ("gate", camera));
        configuration["Federation"] = new JsonObject
        {
            ["Enabled"] = true,
            ["Server"] = server.ToString().TrimEnd('/'),
            ["Registration"] = "Open",
            ["AllowedApps"] = new JsonArray("acme/heads"),
        };
        configuration["Learning"] = new JsonObject { ["MinExamples"] = 8, ["ShadowReviews"] = 0 };
        return configuration;
    }

    /// <summary>Every second alert is confirmed, the others rejected: what they show does not matter here.</summary>
    private static async Task Judge(Box box)
    {
        var alerts = await Patience.Until("alerts of the person", async () =>
            (await box.Get("/api/v1/alerts?kind=watchlist&limit=200"))["items"]!.AsArray() is { Count: >= 2 * Verdicts } all ? all : null);
        await box.Post("/api/v1/cameras/gate/stop", new { });
        var number = 0;
        foreach (var alert in alerts)
            await box.Change($"/api/v1/alerts/{alert!["id"]}", number++ % 2 == 0 ? "confirm" : "reject");
    }

    private static async Task<(List<ParameterArray> Model, Dictionary<string, double> Metrics)> Round(
        FlowerDouble server, IReadOnlyList<ParameterArray> model, int round)
    {
        var (next, metrics, errors) = await server.FedAvg(server.Online, model, round, legacy: false, KeyValuePair.Create<string, object>("min-examples", 4L));
        Assert.Equal(0, errors);
        return (next, metrics);
    }

    private static Task<string> Online(FlowerDouble server) => Patience.Until(
        "a node that is online",
        () => Task.FromResult(server.Online is [var one] ? one.ToString(CultureInfo.InvariantCulture) : null));

    private static async Task<JsonNode> Command(Box box, string verb)
    {
        var (code, output, error) = await DaemonProgram.Run(
            Patience.Long, "federation", verb, "--json", "--config", Path.Combine(Path.GetDirectoryName(box.Data)!, "appliance.json"));
        Assert.True(code == 0, error);
        return JsonNode.Parse(output)!;
    }
}
