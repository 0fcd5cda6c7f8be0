using System.Text;
using System.Text.Json.Nodes;
using Appliance.Core.Alerts;
using Appliance.Daemon.Evidence.Keys;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Store;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.Delivery.Anchoring;

/// <summary>The box's side of anchoring over MQTT, with a real broker; the test speaks for the companion.</summary>
[Trait("needs", "mosquitto")]
public sealed class MqttAnchorTests(MqttSchemasFixture schemas) : IClassFixture<MqttSchemasFixture>, IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [MosquittoFact]
    public async Task Run_EverythingThatIsAnchored_IsSaidAsTheSchemasHaveIt()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/+/evidence/+");
        await using var box = await AnchoredBox.Start(_folder, broker: broker);

        await box.CloseBatch(Severity.Critical);
        await box.Store.Watchlist.Add(StoreFolder.Entry(), [StoreFolder.Photo()], StoreFolder.Someone);
        await box.Store.WatchlistVersions.Record("net-a");
        await box.Store.Evidence.Note(new("fl", "update.sent", new string('1', 64), "calib") { Job = "run-7-calib", Round = 3 });
        Assert.Null(await new EvidenceKeys(_folder.Path, box.Store.Evidence).Rotated());

        var seen = new SortedSet<string>();
        while (seen.Count < 5)
        {
            var message = await probe.Next();
            Assert.Null(schemas.Value.Check(message, "ea/7F3A"));
            Assert.False(message.Retain);
            seen.Add(message.Topic);
        }

        Assert.Equal(
            ["ea/7F3A/evidence/batch", "ea/7F3A/evidence/critical", "ea/7F3A/evidence/key", "ea/7F3A/evidence/update", "ea/7F3A/evidence/watchlist"], seen);
    }

    [MosquittoFact]
    public async Task Run_ReceiptComes_IsKeptOnceWhateverIsSaidTwice()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/+/evidence/batch");
        await using var box = await AnchoredBox.Start(_folder, broker: broker);
        await box.CloseBatch();
        var receipt = Receipt(await probe.Next());

        Publish(probe, "receipt", new() { ["seq"] = 1, ["receipt"] = receipt.DeepClone() });
        await box.Anchored(1);
        Publish(probe, "receipt", new() { ["seq"] = 1, ["receipt"] = Reversed(receipt) });
        await Patience.Until("both", () => Task.FromResult(box.Way.Receipts == 2 ? "" : null));

        Assert.Equal(0, box.Way.Unusable);
    }

    [MosquittoFact]
    public async Task Run_UselessAnswers_AreCountedAndChangeNothing()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/+/evidence/batch");
        await using var box = await AnchoredBox.Start(_folder, broker: broker);
        await box.CloseBatch();
        var good = Receipt(await probe.Next());
        var (forged, foreign) = ((JsonObject)good.DeepClone(), (JsonObject)good.DeepClone());
        forged["root"] = new string('0', 64);
        foreign["device"] = "0001";

        Publish(probe, "receipt", new() { ["seq"] = 1, ["receipt"] = forged });
        Publish(probe, "receipt", new() { ["seq"] = 1, ["receipt"] = foreign });
        Publish(probe, "receipt", new() { ["seq"] = 9, ["receipt"] = good.DeepClone() });
        Publish(probe, "receipt", new() { ["seq"] = "1" });
        Publish(probe, "refused", new() { ["seq"] = 77, ["error"] = "MALFORMED", ["detail"] = "no such batch" });
        await Patience.Until("four", () => Task.FromResult(box.Way.Unusable == 4 ? "" : null));

        Assert.Null((await box.Store.Evidence.Batches(0, 1))[0].Receipt);
        Assert.Empty(await box.Store.Anchors.Refusals(1));
        Publish(probe, "receipt", new() { ["seq"] = 1, ["receipt"] = good });
        await box.Anchored(1);
    }

    [MosquittoFact]
    public async Task Run_CompanionRefuses_HeaderWaitsForRetry()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/+/evidence/batch");
        await using var box = await AnchoredBox.Start(_folder, broker: broker);
        await box.CloseBatch();
        await probe.Next();

        Publish(probe, "refused", new() { ["seq"] = 1, ["error"] = "EQUIVOCATION", ["detail"] = "another root" });
        var refusal = await Patience.Until("a refusal", async () => (await box.Store.Anchors.Refusals(1)).FirstOrDefault());

        Assert.Equal("EQUIVOCATION", refusal.Error);
        Assert.Equal(1, await box.Anchors.Retry(default));
        Assert.Equal(1, (long)MqttProbe.Json(await probe.Next())["header"]!["seq"]!);
    }

    [MosquittoFact]
    public async Task Run_BrokerLosesItsMemory_HeadersWithoutReceiptComeAgain()
    {
        await using var broker = await MosquittoBroker.Start();
        await using var box = await AnchoredBox.Start(_folder, broker: broker);
        for (var i = 0; i < 3; i++)
            await box.CloseBatch();
        await Patience.Until("three said", () => Task.FromResult(box.Way.Sent >= 3 ? "" : null));

        // Nobody subscribed: the broker took all of them and threw them away.
        await broker.Wipe();
        using var probe = await MqttProbe.Subscribe(broker, "ea/+/evidence/batch");
        var seen = new SortedSet<long>();
        while (seen.Count < 3)
        {
            var message = await probe.Next();
            // Whichever comes first: the probe may be there in the middle of them.
            var seq = (long)MqttProbe.Json(message)["header"]!["seq"]!;
            if (seen.Add(seq))
                Publish(probe, "receipt", new() { ["seq"] = seq, ["receipt"] = Receipt(message) });
        }

        await box.Anchored(3);
    }

    private static JsonObject Receipt(MosquittoMessage message)
    {
        var header = MqttProbe.Json(message)["header"]!;
        return new()
        {
            ["ledger"] = "hyperledger-fabric",
            ["channel"] = "evidence",
            ["chaincode"] = "anchor",
            ["transaction"] = new string('a', 64),
            ["block"] = 7,
            ["mspId"] = "Org1MSP",
            ["device"] = (string)header["device"]!,
            ["seq"] = (long)header["seq"]!,
            ["root"] = (string)header["root"]!,
            ["committedAt"] = "2026-11-21T12:00:00.000Z",
        };
    }

    private static JsonObject Reversed(JsonObject json) => new(json.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    private static void Publish(MqttProbe probe, string topic, JsonObject payload) => probe.Client.Publish(new()
    {
        Topic = $"ea/{AnchoredBox.Serial}/evidence/{topic}",
        Payload = Encoding.UTF8.GetBytes(payload.ToJsonString()),
        Qos = 1,
        ContentType = "application/json",
    });
}
