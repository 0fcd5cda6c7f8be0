using Appliance.Delivery.Mqtt;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

/// <summary>Frigate's topics over a real broker: durable reviews, a lossy stream, nothing retained but availability.</summary>
[Trait("needs", "mosquitto")]
public sealed class FrigateTests(MqttSchemasFixture schemas) : IClassFixture<MqttSchemasFixture>
{
    private static readonly MqttDialectsOptions s_on = new() { Frigate = new() { Enabled = true } };

    [MosquittoFact]
    public async Task Run_TracksAndAlerts_EveryMessageFitsTheSchemaAndOnlyAvailabilityIsRetained()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "frigate/7F3A/#");
        await using (var box = new DialectBox(broker, s_on).Run())
        {
            box.Delivery.Report(new CameraReport(new("gate"), CameraReportState.Online, "", DialectBox.Epoch, 9.9, 0));
            var messages = new List<MosquittoMessage> { await probe.Next("frigate/7F3A/available") };
            messages.Add(await probe.Next("frigate/7F3A/gate/status/detect"));

            box.Delivery.Report(Track(TrackPhase.New));
            box.Delivery.Report(Track(TrackPhase.Update) with { Similarity = 0.74f, Name = "Żaneta", Person = new("p1") });
            box.Delivery.Report(Track(TrackPhase.End));
            box.Delivery.Report(new HealthReport(HealthStatus.Ok, [], 0, null, DialectBox.Epoch));
            box.Outboxes["mqtt.frigate"].Add(SampleAlerts.Make(1));
            await box.Outboxes["mqtt.frigate"].WhenEmpty();
            while (!messages.Any(message => message.Topic.EndsWith("stats", StringComparison.Ordinal))
                || messages.Count(message => message.Topic.EndsWith("reviews", StringComparison.Ordinal)) < 2)
            {
                messages.Add(await probe.Next());
            }

            Assert.All(messages, message => Assert.Null(schemas.Value.Check(message, "ea/7F3A", frigate: "frigate/7F3A")));
            Assert.Equal(3, messages.Count(message => message.Topic == "frigate/7F3A/events"));
            Assert.DoesNotContain(messages, message => MqttProbe.Text(message).Contains("aneta", StringComparison.Ordinal));
            box.Log.NoErrors();
        }

        Assert.Equal("stopped", MqttProbe.Text(await probe.Next("frigate/7F3A/available")));
        using var late = await MqttProbe.Subscribe(broker, "frigate/#");
        var held = await late.Next();
        Assert.Equal("frigate/7F3A/available", held.Topic);
        late.Client.Publish(new() { Topic = "frigate/marker", Payload = default, Qos = 1 });
        Assert.Equal("frigate/marker", (await late.Next()).Topic);
    }

    [MosquittoFact]
    public async Task Run_BrokerAway_ReviewsWaitAndTracksAreDropped()
    {
        await using var broker = await MosquittoBroker.Start();
        using (var before = await MqttProbe.Subscribe(broker, "frigate/7F3A/#", options => options with { ClientId = "nvr" }))
        {
        }

        await broker.Stop();
        await using var box = new DialectBox(broker, s_on).Run();
        box.Delivery.Report(Track(TrackPhase.New));
        box.Delivery.Report(Track(TrackPhase.End));
        box.Outboxes["mqtt.frigate"].Add(SampleAlerts.Make(1));
        await broker.Start();
        await box.Clock.AdvanceUntil(box.Outboxes["mqtt.frigate"].WhenEmpty(), TimeSpan.FromSeconds(90));

        using var nvr = await MqttProbe.Subscribe(broker, "none", options => options with { ClientId = "nvr" });
        var topics = new List<string>();
        while (topics.Count(topic => topic.EndsWith("reviews", StringComparison.Ordinal)) < 2)
            topics.Add((await nvr.Next()).Topic);

        Assert.DoesNotContain("frigate/7F3A/events", topics);
    }

    private static TrackReport Track(TrackPhase phase) => new()
    {
        Camera = new("gate"),
        Track = 17,
        Phase = phase,
        At = DialectBox.Epoch.AddSeconds(1),
        StartedAt = DialectBox.Epoch,
        Box = new(612.53f, 201.04f, 88.2f, 110.4f),
        FrameWidth = 1280,
        FrameHeight = 720,
        Score = 0.9f,
    };
}
