using Appliance.Delivery;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Mqtt.Fleet;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

public class FleetTests
{
    private static readonly DateTimeOffset s_started = new(2026, 7, 23, 10, 0, 0, TimeSpan.Zero);

    [MosquittoFact]
    public async Task Run_ThreeBoxesOneDies_TheOthersKnowIt()
    {
        await using var broker = await MosquittoBroker.Start();
        using var stop = new CancellationTokenSource();
        var log = new ErrorTrap();
        var boxes = new[] { "A1", "B2" }.Select(serial => Box(broker, serial, log)).ToList();
        var running = boxes.Select(box => box.Run(stop.Token)).ToList();
        foreach (var box in boxes)
            box.Report(new InfoReport(HealthStatus.Ok, 0, 2, 2, 1, "192.0.2.10", s_started));
        // The third one speaks for itself, so that it can die without a farewell.
        var third = Dying(broker, "C3");
        await third.Connected.WaitAsync(Patience.Long);
        third.Publish(new() { Topic = "ea/C3/available", Payload = "online"u8.ToArray(), Qos = 1, Retain = true });

        var watch = new FleetWatch(Options(broker), Identity("A1"), TimeProvider.System, log);
        var listening = watch.Run(stop.Token);
        var before = await Patience.Until("all three are online", () => Task.FromResult(
            watch.Board.Boxes is { Count: 3 } all && all.All(box => box.Online == true) && all.Count(box => box.Version == "1.2.3") == 2 ? all : null));
        third.Dispose();
        var after = await Patience.Until("the third is offline", () => Task.FromResult(
            watch.Board.Boxes.SingleOrDefault(box => box is { Serial: "C3", Online: false })));
        await stop.CancelAsync();
        await Task.WhenAll([.. running, listening]);

        Assert.Equal(["A1", "B2", "C3"], before.Select(box => box.Serial));
        Assert.Equal(("Pole B2", 2, 1L, "192.0.2.10"), (before[1].Name, before[1].CamerasOnline, before[1].AlertsOpen, before[1].Address));
        Assert.True(after.LastSeen >= before[2].LastSeen);
        Assert.Equal(0, watch.Board.Unreadable);
        log.NoErrors();
    }

    private static MosquittoClient Dying(MosquittoBroker broker, string serial) => MosquittoClient.Connect(new()
    {
        Host = broker.Host,
        Port = broker.Port,
        ClientId = "ea-" + serial,
        CleanStart = true,
        Will = new() { Topic = $"ea/{serial}/available", Payload = "offline"u8.ToArray(), Qos = 1, Retain = true },
    });

    private static MqttDelivery Box(MosquittoBroker broker, string serial, ErrorTrap log) => new(
        Options(broker), Identity(serial), name => new MemoryOutbox(name), TimeProvider.System, log);

    private static MqttOptions Options(MosquittoBroker broker) => new() { Host = broker.Host, Port = broker.Port, ReconnectFirst = TimeSpan.FromMilliseconds(200) };

    private static ApplianceIdentity Identity(string serial) => new(serial, "Pole " + serial, "1.2.3", Guid.NewGuid());
}
