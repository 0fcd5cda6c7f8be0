using System.Text;
using System.Text.Json.Nodes;
using Appliance.Core.Alerts;
using Appliance.Core.Outputs;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Outputs;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

/// <summary>The box as Home Assistant's MQTT integration sees it: announcements, events, state and commands over a real broker.</summary>
[Trait("needs", "mosquitto")]
public sealed class HomeAssistantTests(MqttSchemasFixture schemas) : IClassFixture<MqttSchemasFixture>
{
    private const string ConfigTopic = "homeassistant/device/7F3A/config";

    private static readonly InventoryReport s_inventory = new(
        [new(new("gate"), "Main gate", ["yard"], true, true), new(new("barn"), "", [])],
        [new(new("siren"), "siren", TimeSpan.FromMinutes(3), true), new(new("lamp"), "relay", TimeSpan.Zero, true)],
        [new("door", "door")]);

    private static readonly MqttDialectsOptions s_on = new() { HomeAssistant = new() { Enabled = true } };

    [MosquittoFact]
    public async Task Announcement_AtConnect_HasWhatHomeAssistantDemands()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "homeassistant/#");
        await using var box = new DialectBox(broker, s_on, commands: true);

        box.Delivery.Report(s_inventory);
        box.Run();
        var message = await probe.Next(ConfigTopic);
        var config = MqttProbe.Json(message);
        var components = config["cmps"]!.AsObject();

        Assert.Null(schemas.Value.Check(message, "ea/7F3A"));
        Assert.False(message.Retain);
        Assert.NotEmpty(config["dev"]!["ids"]!.AsArray());
        Assert.NotNull(config["o"]!["name"]);
        Assert.Equal(components.Count, components.Select(one => (string)one.Value!["uniq_id"]!).Distinct().Count());
        Assert.Equal(
            ["binary_sensor", "event", "sensor", "siren", "switch", "update"],
            components.Select(one => (string)one.Value!["p"]!).Distinct().Order(StringComparer.Ordinal));
        box.Log.NoErrors();
    }

    [MosquittoFact]
    public async Task Announcement_EveryStateTopic_IsOneThatTheBoxPublishes()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "homeassistant/#");
        await using var box = new DialectBox(broker, s_on, commands: true);

        box.Delivery.Report(s_inventory);
        box.Run();
        var components = MqttProbe.Json(await probe.Next(ConfigTopic))["cmps"]!.AsObject();
        var known = schemas.Value.Index.Select(entry => (string)entry!["topic"]!).ToList();

        Assert.All(
            components.Select(one => one.Value!).SelectMany(one => new[] { (string?)one["stat_t"], (string?)one["cmd_t"] }.OfType<string>()
                .Concat(one["avty"]!.AsArray().Select(topic => (string)topic!["t"]!))),
            topic => Assert.Contains(known, pattern => Matches(pattern, topic)));
    }

    [MosquittoFact]
    public async Task Alert_NamesNotAllowed_FiresOnceOnItsOwnTopicWithoutTheName()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "homeassistant/#");
        await using var box = new DialectBox(broker, s_on);
        box.Delivery.Report(s_inventory);
        box.Run();
        var entity = MqttProbe.Json(await probe.Next(ConfigTopic))["cmps"]!["cam_gate_alert"]!;
        var topic = (string)entity["stat_t"]!;

        using var home = await MqttProbe.Subscribe(broker, topic);
        box.Outboxes["mqtt.homeassistant"].Add(SampleAlerts.Make(1));
        await box.Outboxes["mqtt.homeassistant"].WhenEmpty();
        var message = await home.Next();
        var text = MqttProbe.Text(message);

        Assert.Equal("ea/7F3A/ha/cam/gate/alert", topic);
        Assert.False(message.Retain);
        Assert.Contains((string)MqttProbe.Json(message)["event_type"]!, entity["evt_typ"]!.AsArray().Select(kind => (string)kind!));
        Assert.DoesNotContain("aneta", text, StringComparison.Ordinal);
        Assert.Null(schemas.Value.Check(message, "ea/7F3A"));

        // Home Assistant restarts: what it subscribes to anew brings state, and no event.
        using var again = await MqttProbe.Subscribe(broker, "ea/7F3A/ha/#");
        Assert.Equal("marker", MqttProbe.Text(await Marked(again, broker, "ea/7F3A/ha/marker")));
        Assert.Equal("marker", MqttProbe.Text(await Marked(home, broker, topic)));
    }

    [MosquittoTheory]
    [InlineData(true, "ea/7F3A/cam/gate/alert", false)]
    [InlineData(false, "ea/7F3A/ha/cam/gate/alert", true)]
    public async Task Alert_NamesAllowedForBoth_IsTheNativeOne(bool names, string topic, bool own)
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "homeassistant/#");
        await using var box = new DialectBox(broker, new() { HomeAssistant = new() { Enabled = true, IncludeNames = names } });

        box.Delivery.Report(s_inventory);
        box.Run();
        var entity = MqttProbe.Json(await probe.Next(ConfigTopic))["cmps"]!["cam_gate_alert"]!;

        Assert.Equal(topic, (string)entity["stat_t"]!);
        Assert.Equal(own, box.Outboxes.ContainsKey("mqtt.homeassistant"));
    }

    [MosquittoFact]
    public async Task Announcement_HomeAssistantStarts_IsRepeatedAfterAWait()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "homeassistant/device/#");
        await using var box = new DialectBox(broker, s_on);
        box.Delivery.Report(s_inventory);
        box.Run();
        var first = await probe.Next(ConfigTopic);

        var again = probe.Next(ConfigTopic);
        probe.Client.Publish(new() { Topic = "homeassistant/status", Payload = "online"u8.ToArray(), Qos = 1 });
        await box.Clock.AdvanceUntil(again, TimeSpan.FromSeconds(20));

        Assert.Equal(MqttProbe.Text(first), MqttProbe.Text(await again));
    }

    [MosquittoFact]
    public async Task Announcement_CameraRemovedWhileTheBoxWasOff_IsRemovedFirstAndThenLeftOut()
    {
        using var folder = new TemporaryFolder();
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "homeassistant/device/#");
        await using (var before = new DialectBox(broker, s_on, folder: folder.Path))
        {
            before.Delivery.Report(s_inventory);
            before.Run();
            Assert.NotNull(MqttProbe.Json(await probe.Next(ConfigTopic))["cmps"]!["cam_barn_alert"]!["uniq_id"]);
        }

        await using var box = new DialectBox(broker, s_on, folder: folder.Path);
        box.Delivery.Report(s_inventory with { Cameras = [s_inventory.Cameras[0]] });
        box.Run();
        var removal = MqttProbe.Json(await probe.Next(ConfigTopic))["cmps"]!;
        var rest = MqttProbe.Json(await probe.Next(ConfigTopic))["cmps"]!;

        Assert.Equal("""{"p":"event"}""", removal["cam_barn_alert"]!.ToJsonString());
        Assert.Equal("""{"p":"binary_sensor"}""", removal["cam_barn_online"]!.ToJsonString());
        Assert.NotNull(removal["cam_gate_alert"]!["uniq_id"]);
        Assert.Null(rest["cam_barn_alert"]);
        Assert.NotNull(rest["cam_gate_alert"]);
    }

    [MosquittoFact]
    public async Task Announcement_SwitchedOff_IsWithdrawnOnce()
    {
        using var folder = new TemporaryFolder();
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "homeassistant/device/#");
        await using (var before = new DialectBox(broker, s_on, folder: folder.Path))
        {
            before.Delivery.Report(s_inventory);
            before.Run();
            Assert.NotEmpty((await probe.Next(ConfigTopic)).Payload);
        }

        await using var box = new DialectBox(broker, new(), folder: folder.Path).Run();

        Assert.Empty((await probe.Next(ConfigTopic)).Payload);
    }

    [MosquittoFact]
    public async Task Command_SirenWithDuration_SwitchesWithinItsLimitAndTheStateFollows()
    {
        await using var broker = await MosquittoBroker.Start();
        await using var box = new DialectBox(broker, s_on, commands: true);
        using var bank = new TestBank(box);
        using var home = await MqttProbe.Subscribe(broker, "ea/7F3A/output/siren/state");
        box.Run();
        Assert.Equal("OFF", (string)MqttProbe.Json(await home.Next())["state"]!);

        home.Client.Publish(Set("""{"state":"ON","duration":600}"""));
        var on = MqttProbe.Json(await home.Next());
        home.Client.Publish(Set("OFF"));
        var off = MqttProbe.Json(await home.Next("ea/7F3A/output/siren/state", "OFF"));

        Assert.Equal("ON", (string)on["state"]!);
        // Ten minutes were asked for, three are the siren's limit.
        Assert.Equal("2026-07-23T10:03:00.000Z", (string)on["until"]!);
        Assert.Equal("OFF", (string)off["state"]!);
        box.Log.NoErrors();
    }

    [MosquittoTheory]
    [InlineData("siren", "{\"state\":\"LOUD\"}", false)]
    [InlineData("siren", "ON", true)]
    [InlineData("bell", "ON", false)]
    public async Task Command_Refused_SwitchesNothingAndTheTrueStateIsSaidAgain(string output, string text, bool retain)
    {
        await using var broker = await MosquittoBroker.Start();
        if (retain)
        {
            using var early = await MqttProbe.Subscribe(broker, "none");
            early.Client.Publish(Set(text, output) with { Retain = true });
            await early.Client.Acks.ReadAsync();
        }

        await using var box = new DialectBox(broker, s_on, commands: true);
        using var bank = new TestBank(box);
        using var home = await MqttProbe.Subscribe(broker, "ea/7F3A/output/siren/state");
        box.Run();
        await home.Next();
        if (!retain)
            home.Client.Publish(Set(text, output));
        if (output == "siren" && !retain)
            Assert.Equal("OFF", (string)MqttProbe.Json(await home.Next())["state"]!);
        // A good command after it is the first that is carried out.
        home.Client.Publish(Set("ON", "lamp"));
        await bank.WhenOn("lamp");

        Assert.Equal(["lamp"], bank.Bank.States.Where(state => state.Active).Select(state => state.Id.Value));
        Assert.Contains(box.Log.Texts, line => line.Contains("refused", StringComparison.Ordinal));
    }

    [MosquittoFact]
    public async Task Command_SentWhileTheBoxWasAway_IsNotCarriedOutLater()
    {
        await using var broker = await MosquittoBroker.Start();
        var options = s_on;
        await using (var before = new DialectBox(broker, options, commands: true))
        {
            using var seen = await MqttProbe.Subscribe(broker, "ea/7F3A/available");
            before.Run();
            Assert.Equal("online", MqttProbe.Text(await seen.Next()));
        }

        using var home = await MqttProbe.Subscribe(broker, "ea/7F3A/#");
        home.Client.Publish(Set("ON"));
        await home.Next("ea/7F3A/output/siren/set");
        await using var box = new DialectBox(broker, options, commands: true);
        using var bank = new TestBank(box);
        box.Run();
        Assert.Equal("online", MqttProbe.Text(await home.Next("ea/7F3A/available", "online")));
        home.Client.Publish(Set("ON", "lamp"));
        await bank.WhenOn("lamp");

        Assert.Equal(["lamp"], bank.Bank.States.Where(state => state.Active).Select(state => state.Id.Value));
    }

    [MosquittoFact]
    public async Task Command_NotAllowed_IsNotEvenHeard()
    {
        await using var broker = await MosquittoBroker.Start();
        await using var box = new DialectBox(broker, s_on);
        using var bank = new TestBank(box);
        using var home = await MqttProbe.Subscribe(broker, "ea/7F3A/output/siren/#");
        box.Run();
        await home.Next();

        home.Client.Publish(Set("ON"));
        await home.Next("ea/7F3A/output/siren/set");
        box.Delivery.Report(new OutputState(new("siren"), false, DialectBox.Epoch, null, "marker"));
        var next = MqttProbe.Json(await home.Next());

        Assert.Equal("marker", (string)next["reason"]!);
        Assert.All(bank.Bank.States, state => Assert.False(state.Active));
    }

    private static MosquittoPublish Set(string text, string output = "siren") => new()
    {
        Topic = $"ea/7F3A/output/{output}/set",
        Payload = Encoding.UTF8.GetBytes(text),
        Qos = 1,
    };

    /// <summary>What comes first after a marker was sent: the marker itself, if nothing else was there.</summary>
    private static async Task<MosquittoMessage> Marked(MqttProbe probe, MosquittoBroker broker, string topic)
    {
        using var other = await MqttProbe.Subscribe(broker, "none");
        other.Client.Publish(new() { Topic = topic, Payload = "marker"u8.ToArray(), Qos = 1 });
        return await probe.Next();
    }

    private static bool Matches(string pattern, string topic) => System.Text.RegularExpressions.Regex.IsMatch(
        topic,
        "^" + System.Text.RegularExpressions.Regex.Replace(pattern.Replace("{prefix}", "ea/7F3A", StringComparison.Ordinal), "{[a-z]+}", "[^/]+") + "$");

    /// <summary>A siren and a lamp behind the real gate.</summary>
    private sealed class TestBank : IDisposable
    {
        private readonly Dictionary<string, TaskCompletionSource> _on = new()
        {
            ["siren"] = new(TaskCreationOptions.RunContinuationsAsynchronously),
            ["lamp"] = new(TaskCreationOptions.RunContinuationsAsynchronously),
        };

        public TestBank(DialectBox box)
        {
            var options = new OutputsOptions
            {
                Lines = [new() { Id = "siren", AllowRemote = true }, new() { Id = "lamp", Line = 1, AllowRemote = true }],
            };
            Bank = new(options, box.Clock, NullLogger<OutputBank>.Instance);
            Bank.Changed += state =>
            {
                box.Delivery.Report(state);
                if (state.Active)
                    _on[state.Id.Value].TrySetResult();
            };
            foreach (var state in Bank.States)
                box.Delivery.Report(state);
            box.Delivery.Commands = new OutputCommands(options, Bank, box.Clock, NullLogger<OutputCommands>.Instance);
        }

        public OutputBank Bank { get; }

        public Task WhenOn(string output) => _on[output].Task.WaitAsync(TimeSpan.FromSeconds(90));

        public void Dispose() => Bank.Dispose();
    }
}
