using Appliance.Core.Alerts;
using Appliance.Core.Outputs;
using Appliance.Delivery.Sparkplug;
using Appliance.Delivery.Sparkplug.Protocol;
using Appliance.IntegrationTests.Support;
using Metric = Appliance.Delivery.Sparkplug.Protocol.Metric;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

[Trait("needs", "mosquitto")]
public sealed class SparkplugNodeTests
{
    private const string Birth = "spBv1.0/Site 1/NBIRTH/7F3A";
    private const string Death = "spBv1.0/Site 1/NDEATH/7F3A";
    private const string Relays = "spBv1.0/Site 1/DDATA/7F3A/Relay Bank";

    [MosquittoFact]
    public async Task Run_LinkIsCut_TheBrokerTellsTheDeathOfThatSession()
    {
        var recording = new Recording();
        await using var broker = await MosquittoBroker.Start();
        await using var tap = new WireTap(recording, 0, () => broker.Port);
        using var host = await ScadaHost.Connect(broker);
        await using var node = NodeUnderTest.Start(NodeUnderTest.Options([tap.Port]), new MemoryOfNode(lastBirthDeath: 41));
        var birth = Payload.Parser.ParseFrom((await host.Next(Birth)).Payload);

        await tap.Cut();
        var message = await host.Next(Death);
        var death = Payload.Parser.ParseFrom(message.Payload);

        Assert.Equal(42UL, birth.BirthDeath());
        Assert.Equal(42UL, death.BirthDeath());
        Assert.False(message.Retain);
        tap.Restore();
    }

    [MosquittoFact]
    public async Task Run_BrokerAwayAtFirst_NoBirthDeathNumberIsSkipped()
    {
        await using var broker = await MosquittoBroker.Start();
        await broker.Stop();
        await using var node = NodeUnderTest.Start(NodeUnderTest.Options([broker.Port]));
        await NodeUnderTest.Until(() => node.Node.Health.State == SparkplugState.Offline, "the first attempt fails");

        await broker.Start();
        await NodeUnderTest.Until(() => node.Node.Health.State == SparkplugState.Online, "births");
        using var host = await ScadaHost.Connect(broker);
        host.Command(null, "Node Control/Rebirth", true);

        Assert.Equal(0UL, Payload.Parser.ParseFrom((await host.Next(Birth)).Payload).BirthDeath());
    }

    [MosquittoFact]
    public async Task Command_OutputWithoutAllowRemote_IsRefusedAndReadOnly()
    {
        await using var broker = await MosquittoBroker.Start();
        using var host = await ScadaHost.Connect(broker);
        await using var node = NodeUnderTest.Start(NodeUnderTest.Options([broker.Port]));
        var birth = Payload.Parser.ParseFrom((await host.Next("spBv1.0/Site 1/DBIRTH/7F3A/Relay Bank")).Payload);

        host.Command("Relay Bank", "Relay/siren1", true);
        await host.Fence(node);

        Assert.True(birth.Named("Relay/siren1")!.Properties.Values[0].BooleanValue);
        Assert.False(birth.Named("Relay/gate-lamp")!.Properties.Values[0].BooleanValue);
        Assert.DoesNotContain(node.Outputs.States, state => state.Active);
    }

    [MosquittoFact]
    public async Task Command_CommandsNotAllowed_NothingIsWritableNorSubscribed()
    {
        var recording = new Recording();
        await using var broker = await MosquittoBroker.Start();
        await using var tap = new WireTap(recording, 0, () => broker.Port);
        using var host = await ScadaHost.Connect(broker);
        await using var node = NodeUnderTest.Start(NodeUnderTest.Options([tap.Port], commands: false));
        await host.Next(Birth);

        host.Command("Relay Bank", "Relay/gate-lamp", true);
        await host.Fence(node);

        Assert.DoesNotContain(recording.Packets, packet => packet.Filters.Any(filter => filter.Filter.Contains("DCMD", StringComparison.Ordinal)));
        Assert.DoesNotContain(node.Outputs.States, state => state.Active);
        Assert.All(
            recording.Of("DBIRTH").SelectMany(packet => packet.Payload!.Metrics).Where(metric => metric.Properties is not null),
            metric => Assert.True(metric.Properties.Values[0].BooleanValue, metric.Name));
    }

    [MosquittoFact]
    public async Task Command_SirenInhibited_StaysQuietWhoeverAsks()
    {
        await using var broker = await MosquittoBroker.Start();
        using var host = await ScadaHost.Connect(broker);
        await using var node = NodeUnderTest.Start(NodeUnderTest.Options([broker.Port]));
        await host.Next(Birth);
        node.Outputs.Set(new("siren1"), true, "an alert");

        host.Command("Relay Bank", "Siren/Inhibit", true);
        await host.Fence(node);
        node.Outputs.Set(new("siren1"), true, "another alert");
        var inhibited = node.Outputs.States.Single(state => state.Id.Value == "siren1").Active;
        host.Command("Relay Bank", "Siren/Inhibit", false);
        await host.Fence(node);
        node.Outputs.Set(new("siren1"), true, "a third");

        Assert.False(inhibited);
        Assert.True(node.Outputs.States.Single(state => state.Id.Value == "siren1").Active);
    }

    [MosquittoFact]
    public async Task Command_RebootAllowed_Reboots()
    {
        var rebooted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var broker = await MosquittoBroker.Start();
        using var host = await ScadaHost.Connect(broker);
        await using var node = NodeUnderTest.Start(
            NodeUnderTest.Options([broker.Port], reboot: true),
            reboot: () =>
            {
                rebooted.TrySetResult();
                return Task.CompletedTask;
            });
        await host.Next(Birth);

        host.Command(null, "Node Control/Reboot", true);

        await rebooted.Task.WaitAsync(NodeUnderTest.Patience);
    }

    [MosquittoFact]
    public async Task Command_Retained_IsNotCarriedOut()
    {
        await using var broker = await MosquittoBroker.Start();
        using var host = await ScadaHost.Connect(broker);
        var command = new Payload { Metrics = { new Metric { Name = "Relay/gate-lamp", BooleanValue = true } } };
        host.Raw("Relay Bank", Google.Protobuf.MessageExtensions.ToByteArray(command), retain: true);
        await host.Next("spBv1.0/Site 1/DCMD/7F3A/Relay Bank");
        await using var node = NodeUnderTest.Start(NodeUnderTest.Options([broker.Port]));
        await host.Next(Birth);

        await host.Fence(node);

        Assert.DoesNotContain(node.Outputs.States, state => state.Active);
    }

    [MosquittoFact]
    public async Task Alerts_DiskFailsAfterTheBrokerHasThem_AreCountedOnce()
    {
        await using var broker = await MosquittoBroker.Start();
        using var host = await ScadaHost.Connect(broker);
        var memory = new MemoryOfNode();
        var outbox = new MemoryOutbox("sparkplug");
        outbox.CompletionFaults.Enqueue(new IOException("disk full"));
        outbox.Add(SampleAlerts.Range(1, 3));
        await using (var first = NodeUnderTest.Start(NodeUnderTest.Options([broker.Port]), memory, outbox))
        {
            // Told and counted, but the rows are still there: as after a power cut at that moment.
            await NodeUnderTest.Until(() => first.Log.Contains(1558), "the outbox cannot be written");
        }

        await using var second = NodeUnderTest.Start(NodeUnderTest.Options([broker.Port]), memory, outbox);
        outbox.Add(SampleAlerts.Make(4));
        await outbox.WhenEmpty();

        var tally = Assert.Single(await ((INodeMemory)memory).Tallies(default));
        Assert.Equal((4, 4), (tally.Count, tally.LastSeq));
    }

    [MosquittoFact]
    public async Task Stop_OutputsFallBack_IsToldBeforeTheDeath()
    {
        var recording = new Recording();
        await using var broker = await MosquittoBroker.Start();
        await using var tap = new WireTap(recording, 0, () => broker.Port);
        using var host = await ScadaHost.Connect(broker);
        var node = NodeUnderTest.Start(NodeUnderTest.Options([tap.Port]));
        await using (node)
        {
            // The last birth: a change before it would be in a birth, not in data.
            await host.Next("spBv1.0/Site 1/DBIRTH/7F3A/yard");
            node.Outputs.Set(new("gate-lamp"), true, "dusk");
            await host.Next(Relays);

            node.Outputs.Dispose();
            await node.Stop();
        }

        var last = recording.Packets.Where(packet => packet is { FromNode: true, Kind: PacketKind.Publish }).TakeLast(2).ToArray();
        Assert.Equal(["DDATA", "NDEATH"], last.Select(packet => packet.Verb));
        Assert.False(last[0].Payload.Named("Relay/gate-lamp")!.BooleanValue);
    }
}
