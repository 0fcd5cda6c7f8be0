using Appliance.Delivery.Sparkplug;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>What the node does against a real mosquitto, recorded once and judged by many assertions.</summary>
internal static class Scenarios
{
    public const string Host = "scada";

    /// <summary>
    /// Births, 270 changes so that the sequence wraps, a camera lost and back, a rebirth, commands good and bad, alerts, a broken
    /// connection with values of the past, a stop and a restart; the births of the sessions have bdSeq 254, 255 and 0.
    /// </summary>
    public static async Task<Recording> Ordinary(SparkplugProtocol protocol, bool aliases)
    {
        var recording = new Recording();
        await using var broker = await MosquittoBroker.Start();
        await using var tap = new WireTap(recording, 0, () => broker.Port);
        using var host = await ScadaHost.Connect(broker);
        var memory = new MemoryOfNode(lastBirthDeath: 253);
        var outbox = new MemoryOutbox("sparkplug");
        var options = NodeUnderTest.Options([tap.Port], protocol, aliases);
        await using (var node = NodeUnderTest.Start(options, memory, outbox))
        {
            var at = await recording.WaitFor(p => p is { Verb: "DBIRTH", Device: "yard" }, 0, "the last birth");
            for (var i = 1; i <= 270; i++)
            {
                recording.Expect("value", null, "Health/Outbox Depth", (long)i);
                node.Health(i);
                at = await recording.WaitFor(p => p.Verb == "NDATA", at, $"change {i}");
            }

            await Cameras(recording, node, at);
            await Commands(recording, node, host, aliases);
            await LiveAlert(recording, outbox);
            await Outage(recording, node, tap, outbox);
            await Stop(recording, node);
            node.Log.NoErrors();
        }

        await using (var node = NodeUnderTest.Start(options, memory, outbox))
        {
            await recording.WaitFor(p => p is { Verb: "DBIRTH", Device: "yard" }, recording.Count, "births after a restart");
            await Stop(recording, node);
            node.Log.NoErrors();
        }

        return recording;
    }

    /// <summary>Waits for the host, births, ignores what is stale, dies with the host, waits again.</summary>
    public static async Task<Recording> WithHost(SparkplugProtocol protocol)
    {
        var recording = new Recording { PrimaryHost = Host };
        await using var broker = await MosquittoBroker.Start();
        await using var tap = new WireTap(recording, 0, () => broker.Port);
        using var host = await ScadaHost.Connect(broker);
        host.State("other", true, 900);
        host.State(Host, false, 200);
        await using var node = NodeUnderTest.Start(NodeUnderTest.Options([tap.Port], protocol, primaryHost: Host));
        await recording.WaitFor(IsState, 0, "the retained state");
        await host.Fence(node);
        host.State("other", true, 901);
        host.State(Host, true, 150);
        host.State(Host, "ONLINE");
        host.State(Host, """{"online":"yes","timestamp":999}""");
        await host.Fence(node);
        Assert.Equal(SparkplugState.WaitingForHost, node.Node.Health.State);
        host.State(Host, true, 250);
        var at = await recording.WaitFor(p => p is { Verb: "DBIRTH", Device: "yard" }, 0, "births");

        host.State(Host, false, 240);
        await host.Fence(node);
        recording.Expect("stays", null);
        node.Health(7);
        at = await recording.WaitFor(p => p.Verb == "NDATA", at, "data after a stale offline");

        recording.Expect("host offline", null);
        host.State(Host, false, 250);
        at = await recording.WaitFor(p => p.Kind == PacketKind.Closed, at, "the end of the session");
        at = await recording.WaitFor(IsState, at, "the host's state in the next session");
        await host.Fence(node);
        host.State(Host, true, 300);
        await recording.WaitFor(p => p is { Verb: "DBIRTH", Device: "yard" }, at, "births after the host is back");
        await Stop(recording, node);
        node.Log.NoErrors();
        return recording;
    }

    /// <summary>Two brokers, the host on one, then on none, then on the other.</summary>
    public static async Task<Recording> TwoServers(SparkplugProtocol protocol)
    {
        var recording = new Recording { PrimaryHost = Host };
        await using var first = await MosquittoBroker.Start();
        await using var second = await MosquittoBroker.Start();
        await using var firstTap = new WireTap(recording, 0, () => first.Port);
        await using var secondTap = new WireTap(recording, 1, () => second.Port);
        using var onFirst = await ScadaHost.Connect(first);
        using var onSecond = await ScadaHost.Connect(second);
        onFirst.State(Host, false, 100);
        onSecond.State(Host, true, 100);
        await using var node = NodeUnderTest.Start(
            NodeUnderTest.Options([firstTap.Port, secondTap.Port], protocol, primaryHost: Host));
        var at = await recording.WaitFor(p => p is { Verb: "DBIRTH", Device: "yard", Server: 1 }, 0, "births on the second broker");

        recording.Expect("host offline", null);
        onSecond.State(Host, false, 100);
        at = await recording.WaitFor(p => p is { Kind: PacketKind.Connect, Server: 0 }, at, "a connection to the first broker");
        at = await recording.WaitFor(p => p is { Kind: PacketKind.Connect, Server: 1 }, at, "and on to the second");
        onFirst.State(Host, true, 200);
        await recording.WaitFor(p => p is { Verb: "DBIRTH", Device: "yard", Server: 0 }, at, "births on the first broker");
        await Stop(recording, node);
        node.Log.NoErrors();
        return recording;
    }

    private static bool IsState(WirePacket packet) => packet is { FromNode: false, Kind: PacketKind.Publish } && packet.Topic == "spBv1.0/STATE/" + Host;

    private static async Task Cameras(Recording recording, NodeUnderTest node, int at)
    {
        recording.Expect("lost", "yard");
        node.Camera("yard", false);
        at = await recording.WaitFor(p => p is { Verb: "DDEATH", Device: "yard" }, at, "the camera's death");
        recording.Expect("back", "yard");
        node.Camera("yard", true);
        at = await recording.WaitFor(p => p is { Verb: "DBIRTH", Device: "yard" }, at, "the camera's birth");

        // What did not change is not said again: only the last of these shows.
        node.Health(270);
        node.Camera("gate", true, 12.4);
        recording.Expect("value", "gate", "Stream/FPS", 5.0);
        node.Camera("gate", true, 5);
        await recording.WaitFor(p => p is { Verb: "DDATA", Device: "gate" }, at, "the frame rate");
    }

    private static async Task Commands(Recording recording, NodeUnderTest node, ScadaHost host, bool aliases)
    {
        await host.Fence(node);
        var at = recording.Count;
        recording.Expect("rebirth", null);
        host.Command(null, "Node Control/Rebirth", true);
        at = await recording.WaitFor(p => p.Verb == "NBIRTH", at, "the rebirth");
        at = await recording.WaitFor(p => p is { Verb: "DBIRTH", Device: "yard" }, at, "its last birth");

        var refused = node.Node.Health.CommandsRefused;
        host.Command(null, "Node Control/Reboot", true);
        host.Command(null, "Health/Faults", true);
        host.Command("Relay Bank", Name("Siren/Inhibit"), "maybe");
        host.Command("Relay Bank", "Relay/nothing", true);
        host.Raw(null, [0xFF, 0xFF, 0x01]);
        host.Raw("Relay Bank", []);
        await NodeUnderTest.Until(() => node.Node.Health.CommandsRefused == refused + 5, "five commands are refused");

        recording.Expect("value", "Relay Bank", "Relay/gate-lamp", true);
        host.Command("Relay Bank", Name("Relay/gate-lamp"), true);
        await recording.WaitFor(p => p is { Verb: "DDATA", Device: "Relay Bank" }, at, "the relay's new state");

        string Name(string name) => aliases
            ? "#" + recording.Packets.Last(p => p is { Verb: "DBIRTH", Device: "Relay Bank" }).Payload!.Metrics.Single(m => m.Name == name).Alias
            : name;
    }

    private static async Task LiveAlert(Recording recording, MemoryOutbox outbox)
    {
        var alert = SampleAlerts.Make(1) with { Utc = DateTimeOffset.UtcNow };
        recording.Expect("value", "gate", "Alert/Last Id", alert.Id.Value);
        recording.Expect("value", null, "Alert/Last Camera", "gate");
        outbox.Add(alert);
        await outbox.WhenEmpty();
    }

    private static async Task Outage(Recording recording, NodeUnderTest node, WireTap tap, MemoryOutbox outbox)
    {
        var at = recording.Count;
        await tap.Cut();
        await NodeUnderTest.Until(() => node.Node.Health.State == SparkplugState.Offline, "the node sees that the link is cut");
        for (var i = 0; i < 3; i++)
        {
            recording.Expect("past", null, "Health/Outbox Depth", 1000L + i);
            node.Health(1000 + i);
        }

        recording.Expect("past", "gate", "Stream/FPS", 9.0);
        node.Camera("gate", true, 9);
        var now = DateTimeOffset.UtcNow;
        for (var i = 2; i <= 4; i++)
        {
            var alert = SampleAlerts.Make(i, i == 3 ? "yard" : "gate") with { Utc = now.AddMinutes(-10 + i) };
            recording.Expect("past", alert.Camera.Value, "Alert/Last Id", alert.Id.Value);
            recording.Expect("past", null, "Alert/Last Id", alert.Id.Value);
            outbox.Add(alert);
        }

        recording.Expect("value", null, "Alert/Count", 4L);
        tap.Restore();
        await recording.WaitFor(p => p is { Verb: "DBIRTH", Device: "yard" }, at, "births after the outage");
        await outbox.WhenEmpty();
    }

    private static async Task Stop(Recording recording, NodeUnderTest node)
    {
        var at = recording.Count;
        recording.Expect("stop", null);
        await node.Stop();
        await recording.WaitFor(p => p.Kind == PacketKind.Closed, at, "the end of the connection");
    }
}
