using System.Text;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.FabricGateway.Support;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.FabricGateway;

/// <summary>Boxes heard through a real broker.</summary>
public class MqttTests
{
    [MosquittoFact]
    public async Task Mqtt_HeadersOfABox_ComeBackAsReceipts()
    {
        await using var broker = await MosquittoBroker.Start();
        await using var site = await Site(broker);
        using var box = await MqttProbe.Subscribe(broker, "ea/7F3A/evidence/receipt");
        await using var companion = await site.Run();
        var batch = site.Box.NextBatch();
        await Until(() => broker.Log.Contains("watchpost-fabric-gateway 1 ea/+/evidence/key", StringComparison.Ordinal), "the companion has subscribed");

        await Publish(box, "batch", batch);
        var receipt = MqttProbe.Json(await Next(box));
        await Publish(box, "batch", batch);
        var again = MqttProbe.Json(await Next(box));

        Assert.Equal(1, (int)receipt["seq"]!);
        Assert.True(site.Network.Ledger.Find((string)receipt["receipt"]!["transaction"]!)!.IsValid);
        Assert.Equal(receipt.ToJsonString(), again.ToJsonString());
        Assert.Single(site.Written());
    }

    [MosquittoFact]
    public async Task Mqtt_Refused_IsToldOnItsTopic()
    {
        await using var broker = await MosquittoBroker.Start();
        await using var site = await Site(broker);
        using var box = await MqttProbe.Subscribe(broker, "ea/7F3A/evidence/refused");
        await using var companion = await site.Run();
        await Until(() => broker.Log.Contains("watchpost-fabric-gateway 1 ea/+/evidence/key", StringComparison.Ordinal), "the companion has subscribed");

        await Publish(box, "batch", new SigningBox("7F3A").NextBatch());
        var forged = MqttProbe.Json(await Next(box));
        await Publish(box, "batch", new SigningBox("9999").NextBatch());
        var foreign = MqttProbe.Json(await Next(box));
        await Publish(box, "batch", "nonsense");
        var nonsense = MqttProbe.Json(await Next(box));

        Assert.Equal((1, "BAD_SIGNATURE"), ((int)forged["seq"]!, (string)forged["error"]!));
        Assert.Equal("NOT_YOURS", (string?)foreign["error"]);
        Assert.Equal("MALFORMED", (string?)nonsense["error"]);
        Assert.Empty(site.Written());
    }

    [MosquittoFact]
    public async Task Mqtt_CompanionAway_TheBrokerKeepsWhatBoxesSay()
    {
        await using var broker = await MosquittoBroker.Start();
        await using var site = await Site(broker);
        using var box = await MqttProbe.Subscribe(broker, "ea/7F3A/evidence/receipt");
        await using (var first = await site.Run())
        {
            await Until(() => broker.Log.Contains("watchpost-fabric-gateway 1 ea/+/evidence/key", StringComparison.Ordinal), "the companion has subscribed");
            await first.Process.Kill();
        }

        for (var i = 0; i < 20; i++)
            await Publish(box, "batch", site.Box.NextBatch());
        await using var second = await site.Run();
        var seen = new HashSet<int>();
        while (seen.Count < 20)
            seen.Add((int)MqttProbe.Json(await Next(box))["seq"]!);

        Assert.Equal(20, site.Written().Count);
    }

    [MosquittoFact]
    public async Task Receive_NotTaken_TheBrokerSaysItAgain()
    {
        await using var broker = await MosquittoBroker.Start();
        using var sender = await MqttProbe.Subscribe(broker, "none");
        var seen = new List<string>();
        var take = false;
        var options = new MosquittoOptions
        {
            Host = broker.Host,
            Port = broker.Port,
            ClientId = "picky",
            SessionExpiry = TimeSpan.FromHours(1),
            Receive = message =>
            {
                lock (seen)
                    seen.Add($"{MqttProbe.Text(message)} {take}");
                return take;
            },
        };
        using (var first = MosquittoClient.Connect(options))
        {
            await first.Connected.WaitAsync(Patience.Long);
            first.Subscribe("t", 1);
            await first.Acks.ReadAsync().AsTask().WaitAsync(Patience.Long);
            await Say(sender, "t", "one");
            Assert.Equal(MosquittoFault.Setup, (await first.Ended.WaitAsync(Patience.Long))!.Fault);
        }

        take = true;
        using var second = MosquittoClient.Connect(options);
        await second.Connected.WaitAsync(Patience.Long);
        await Until(() => Seen(seen).Count == 2, "the message came again");
        await Say(sender, "t", "two");
        await Until(() => Seen(seen).Count == 3, "the next message came");
        second.Disconnect();
        await second.Ended.WaitAsync(Patience.Long);
        using var third = MosquittoClient.Connect(options);
        await third.Connected.WaitAsync(Patience.Long);
        await Say(sender, "t", "three");
        await Until(() => Seen(seen).Count == 4, "only what is new came");

        Assert.Equal(["one False", "one True", "two True", "three True"], Seen(seen));
    }

    /// <summary>The companion is a process that may have to start on a loaded machine.</summary>
    private static Task<MosquittoMessage> Next(MqttProbe box) => box.Client.Messages.ReadAsync().AsTask().WaitAsync(Patience.Long);

    private static List<string> Seen(List<string> seen)
    {
        lock (seen)
            return [.. seen];
    }

    private static Task<CompanionSite> Site(MosquittoBroker broker) => CompanionSite.Start(configuration =>
    {
        configuration["Https"]!["Enabled"] = false;
        configuration["Mqtt"] = new JsonObject { ["Enabled"] = true, ["Host"] = broker.Host, ["Port"] = broker.Port, ["ReconnectFirst"] = "00:00:00.100" };
    });

    private static Task Publish(MqttProbe probe, string word, JsonNode what) => Say(probe, $"ea/7F3A/evidence/{word}", what.ToJsonString());

    private static async Task Say(MqttProbe probe, string topic, string what)
    {
        probe.Client.Publish(new() { Topic = topic, Payload = Encoding.UTF8.GetBytes(what), Qos = 1 });
        Assert.False((await probe.Client.Acks.ReadAsync().AsTask().WaitAsync(Patience.Long)).IsRefused);
    }

    private static Task Until(Func<bool> holds, string what) => Patience.Until(what, () => Task.FromResult(holds() ? new object() : null));
}
