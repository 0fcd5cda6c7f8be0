using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Daemon.Cli.Consume;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

/// <summary>The reference consumer: its journal on a real disk, its steps message by message, and the verb on a real broker.</summary>
public sealed class ConsumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Journal => Path.Combine(_folder.Path, "state.jsonl");

    [Fact]
    public void Take_DoublesAndAGap_OnceEachAndAsksForTheGap()
    {
        using var journal = ConsumerJournal.Open(Journal);
        var clock = new Store.SetClock();
        var consumer = new FleetConsumer(journal, "vms-1", null, fromStart: false, clock);

        var taken = new[] { 5L, 6L, 6L, 9L, 8L, 9L }.Select(seq => consumer.Take(Alert("ea/a", seq))).OfType<ConsumedAlert>().ToList();
        journal.Sync();
        var said = consumer.Say().ToList();
        var early = consumer.Say().ToList();
        clock.Advance(TimeSpan.FromSeconds(1));
        var late = consumer.Say().ToList();

        Assert.Equal([5L, 6L, 9L, 8L], taken.Select(alert => alert.Seq));
        Assert.Equal((4, 2, 1), (consumer.Alerts, consumer.Doubles, consumer.Missing));
        Assert.Equal([("ea/a/ack", """{"consumer":"vms-1","ranges":[[5,6],[8,9]]}""")], said);
        Assert.Empty(early);
        Assert.Equal([("ea/a/replay", """{"consumer":"vms-1","from":7,"to":7}""")], late);
    }

    [Fact]
    public void Take_BoxesShareNothing_EachHasItsLedger()
    {
        using var journal = ConsumerJournal.Open(null);
        var consumer = new FleetConsumer(journal, "vms-1", null, fromStart: true, TimeProvider.System);

        Assert.NotNull(consumer.Take(Alert("ea/a", 1)));
        Assert.NotNull(consumer.Take(Alert("ea/b", 1)));
        Assert.NotNull(consumer.Take(Alert("ea/b", 3)));

        Assert.Equal(1, consumer.Missing);
    }

    [Fact]
    public void Take_GapIsGone_CountsAsLostAndIsNotAskedForAgain()
    {
        using var journal = ConsumerJournal.Open(null);
        var consumer = new FleetConsumer(journal, "vms-1", null, fromStart: true, TimeProvider.System);
        consumer.Take(Alert("ea/a", 4));

        consumer.Take(new("ea/a/replay/result", """{"consumer":"other","from":1,"to":3,"queued":0,"gone":[[1,3]]}"""u8.ToArray(), 1, false, null, []));
        var others = consumer.Missing;
        consumer.Take(new("ea/a/replay/result", """{"consumer":"vms-1","from":1,"to":3,"queued":0,"gone":[[1,3]]}"""u8.ToArray(), 1, false, null, []));

        Assert.Equal((3, 0, 3), (others, consumer.Missing, consumer.Lost));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"seq":"one","id":"x"}""")]
    [InlineData("""{"seq":1}""")]
    public void Take_NoAlert_IsRefusedAndCounted(string payload)
    {
        using var journal = ConsumerJournal.Open(null);
        var consumer = new FleetConsumer(journal, "vms-1", [], fromStart: true, TimeProvider.System);

        Assert.Null(consumer.Take(new("ea/a/cam/gate/alert", Encoding.UTF8.GetBytes(payload), 1, false, null, [])));

        Assert.Equal((0, 1), (consumer.Alerts, consumer.Refused));
    }

    [Fact]
    public void Open_AfterACrashInTheMiddleOfALine_KnowsWhatWasWhole()
    {
        using (var journal = ConsumerJournal.Open(Journal))
        {
            journal.Begin("ea/a", 0);
            journal.Add("ea/a", 1, "one");
            journal.Add("ea/a", 3, "three");
            journal.GiveUp("ea/a", new(5, 6));
            journal.Sync();
        }

        File.AppendAllText(Journal, """{"box":"ea/a","seq":2""");
        using (var journal = ConsumerJournal.Open(Journal))
        {
            Assert.Equal((1, 6, 2), (journal.Boxes["ea/a"].High, journal.Boxes["ea/a"].Highest, journal.Boxes["ea/a"].Missing));
            Assert.True(journal.Add("ea/a", 2, "two"));
            journal.Sync();
        }

        using var again = ConsumerJournal.Open(Journal);
        Assert.Equal(3, again.Boxes["ea/a"].High);
    }

    [MosquittoFact]
    public async Task Consume_AlertsOnABroker_PrintsEachOnceAndAcknowledges()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/a/ack");
        // Its session first, so that the broker keeps what comes before the process is up.
        using (await MqttProbe.Subscribe(broker, "ea/+/cam/+/alert", options => options with { ClientId = "consume-vms-1" }))
        {
        }

        foreach (var seq in new[] { 1L, 2L, 2L, 3L })
        {
            var alert = Alert("ea/a", seq);
            probe.Client.Publish(new() { Topic = alert.Topic, Payload = alert.Payload, Qos = 1 });
        }

        var (code, output, error) = await DaemonProgram.Run(
            TimeSpan.FromMinutes(2), "consume", "--broker", $"{broker.Host}:{broker.Port}", "--ack", "vms-1", "--state", Journal, "--count", "3", "--json");
        var acknowledged = MqttProbe.Json(await probe.Next());

        Assert.True(code == 0, output + error);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal([1, 2, 3], lines[..^1].Select(line => (int)line["seq"]!));
        Assert.Equal(3, (int)lines[^1]["alerts"]!);
        Assert.Equal("vms-1", (string)acknowledged["consumer"]!);
    }

    private static MosquittoMessage Alert(string box, long seq) => new(
        box + "/cam/gate/alert",
        JsonSerializer.SerializeToUtf8Bytes(new { id = $"id-{seq}", seq, utc = "2026-11-21T12:00:00.000Z", event_type = "watchlist", camera = "gate" }),
        1, false, null, []);
}
