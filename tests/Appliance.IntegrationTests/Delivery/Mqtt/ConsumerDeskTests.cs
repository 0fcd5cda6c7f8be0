using System.Text;
using Appliance.Core.Alerts;
using Appliance.Delivery.Mqtt;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Store;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;
using Appliance.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

/// <summary>Consumers talk back: store, delivery and a real broker.</summary>
[Trait("needs", "mosquitto")]
public sealed class ConsumerDeskTests(MqttSchemasFixture schemas) : IClassFixture<MqttSchemasFixture>
{
    [MosquittoFact]
    public async Task Run_RequiredConsumerAcknowledges_OutboxEmpties()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        await using var box = await AcknowledgedBox.Start(broker, redeliverAfter: TimeSpan.FromHours(1));
        await box.Raise(3);
        for (var i = 0; i < 3; i++)
            await probe.Next();

        Publish(probe, "ack", """{"consumer":"vms-1","seq":2}""");
        await Until("one is done", () => box.Outbox.Depth == 2);
        Publish(probe, "ack", """{"consumer":"vms-1","ranges":[[1,1],[3,3]]}""");
        await Until("all are done", () => box.Outbox.Depth == 0);

        Assert.Equal(3, (await box.Outbox.Consumers(default))[0].AcknowledgedThrough);
    }

    [MosquittoFact]
    public async Task Run_NobodyAcknowledges_SameAlertComesAgainAndSaysSo()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        await using var box = await AcknowledgedBox.Start(broker, redeliverAfter: TimeSpan.FromMilliseconds(200));
        await box.Raise(1);

        var first = await probe.Next();
        var second = await probe.Next();

        Assert.Equal((string)MqttProbe.Json(first)["id"]!, (string)MqttProbe.Json(second)["id"]!);
        Assert.DoesNotContain(first.UserProperties, property => property.Key == "attempt");
        Assert.Contains(new("attempt", "2"), second.UserProperties);
        Assert.Null(schemas.Value.Check(second, "ea/7F3A"));
    }

    [MosquittoFact]
    public async Task Run_BrokerLosesItsMemory_UnacknowledgedAlertsComeAgain()
    {
        await using var broker = await MosquittoBroker.Start();
        await using var box = await AcknowledgedBox.Start(broker, redeliverAfter: TimeSpan.FromMilliseconds(200));
        await box.Raise(5);
        await Until("the broker has all", () => box.Delivery.Delivered >= 5);

        // Nobody subscribed: the broker took all of them and threw them away.
        await broker.Wipe();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        var seen = new SortedSet<int>();
        while (seen.Count < 5)
            seen.Add((int)MqttProbe.Json(await probe.Next())["seq"]!);

        Assert.Equal([1, 2, 3, 4, 5], seen);
        Assert.Equal(5, box.Outbox.Depth);
    }

    [MosquittoFact]
    public async Task Run_BadMessages_AreCountedAndNamedInHealth()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        await using var box = await AcknowledgedBox.Start(broker, redeliverAfter: TimeSpan.FromHours(1));
        await box.Raise(1);
        await probe.Next();

        Publish(probe, "ack", "not JSON");
        Publish(probe, "ack", """{"consumer":"vms-1","seq":99}""");
        Publish(probe, "replay", """{"consumer":"vms-1","from":1,"to":99999}""");
        Publish(probe, "ack", """{"consumer":"vms-1","seq":1}""");
        await Until("one is done and three are refused", () => box.Outbox.Depth == 0 && box.Delivery.Consumers!.Bad == 3);

        Assert.Contains("3 messages could not be used", box.Delivery.ConsumerFaults[^1], StringComparison.Ordinal);
    }

    [MosquittoFact]
    public async Task Run_ReplayAsked_AlertsComeAgainAndTheAnswerFitsTheSchema()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/#");
        await using var box = await AcknowledgedBox.Start(broker, redeliverAfter: TimeSpan.FromHours(1));
        await box.Raise(3);
        for (var i = 0; i < 3; i++)
            await probe.Next("ea/7F3A/cam/gate/alert");
        Publish(probe, "ack", """{"consumer":"vms-1","ranges":[[1,3]]}""");
        await Until("all are done", () => box.Outbox.Depth == 0);

        Publish(probe, "replay", """{"consumer":"vms-2","from":2,"to":5}""");
        var (alerts, result) = (new List<MosquittoMessage>(), (MosquittoMessage?)null);
        while (alerts.Count < 2 || result is null)
        {
            var message = await probe.Next();
            if (message.Topic == "ea/7F3A/replay/result")
                result = message;
            else if (message.Topic == "ea/7F3A/cam/gate/alert")
                alerts.Add(message);
        }

        Assert.Equal([2, 3], alerts.Select(alert => (int)MqttProbe.Json(alert)["seq"]!));
        Assert.All(alerts, alert => Assert.Contains(new("attempt", "2"), alert.UserProperties));
        Assert.Null(schemas.Value.Check(result, "ea/7F3A"));
        Assert.Equal(2, (int)MqttProbe.Json(result)["queued"]!);
    }

    private static void Publish(MqttProbe probe, string topic, string payload) => probe.Client.Publish(
        new() { Topic = "ea/7F3A/" + topic, Payload = Encoding.UTF8.GetBytes(payload), Qos = 1 });

    private static Task Until(string what, Func<bool> reached) =>
        Patience.Until(what, () => Task.FromResult(reached() ? what : null));

    /// <summary>A store with a required consumer, and its delivery.</summary>
    private sealed class AcknowledgedBox : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private Task _run = Task.CompletedTask;

        public required StoreFolder Folder { get; init; }

        public required ApplianceStore Store { get; init; }

        public required MqttDelivery Delivery { get; init; }

        public IAcknowledgedOutbox Outbox => Store.Outbox("mqtt.native");

        public static async Task<AcknowledgedBox> Start(MosquittoBroker broker, TimeSpan redeliverAfter)
        {
            var folder = new StoreFolder();
            var options = new MqttOptions
            {
                Host = broker.Host,
                Port = broker.Port,
                ReconnectFirst = TimeSpan.FromMilliseconds(100),
                ReconnectLongest = TimeSpan.FromSeconds(1),
                RequiredConsumers = ["vms-1"],
                RedeliverAfter = redeliverAfter,
            };
            var store = await folder.Open(folder.Options() with
            {
                RequiredConsumers = MqttDelivery.RequiredConsumers(options),
                RedeliverAfter = redeliverAfter,
            });
            var box = new AcknowledgedBox
            {
                Folder = folder,
                Store = store,
                Delivery = new(
                    options, new("7F3A", "Pole 07", "0.1.0", SampleAlerts.BootId), store.Outbox, TimeProvider.System, NullLoggerFactory.Instance),
            };
            box._run = box.Delivery.Run(box._stop.Token);
            return box;
        }

        public async Task Raise(int count)
        {
            for (var i = 0; i < count; i++)
                await Store.Alerts.Append(SampleAlerts.Make(i + 1), default);
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run;
            await Store.DisposeAsync();
            Folder.Dispose();
            _stop.Dispose();
        }
    }
}
