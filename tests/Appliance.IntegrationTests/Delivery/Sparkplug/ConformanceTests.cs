using Appliance.Delivery.Sparkplug;
using Appliance.IntegrationTests.Support;
using Xunit.Abstractions;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>Recordings of every scenario, made once.</summary>
public sealed class RecordingsFixture : IAsyncLifetime
{
    internal IReadOnlyList<Recording> All { get; private set; } = [];

    /// <summary>The same with each fault of <see cref="Spoilers"/>.</summary>
    internal IReadOnlyList<Recording> Spoilt { get; private set; } = [];

    public async Task InitializeAsync()
    {
        if (MosquittoBroker.WhyNot is not null)
            return;

        All =
        [
            await Scenarios.Ordinary(SparkplugProtocol.V311, aliases: false),
            await Scenarios.Ordinary(SparkplugProtocol.V5, aliases: true),
            await Scenarios.WithHost(SparkplugProtocol.V311),
            await Scenarios.WithHost(SparkplugProtocol.V5),
            await Scenarios.TwoServers(SparkplugProtocol.V311),
            await Scenarios.TwoServers(SparkplugProtocol.V5),
        ];
        Spoilt = [.. Spoilers.All.SelectMany(spoiler => All.Select(spoiler.Spoil))];
    }

    public Task DisposeAsync() => Task.CompletedTask;
}

/// <summary>An assertion's id as an argument that the runner shows in full; it cuts strings.</summary>
public sealed class AssertionId(string value) : IXunitSerializable
{
    public AssertionId()
        : this("")
    {
    }

    /// <summary>Without <c>tck-id-</c>.</summary>
    public string Value { get; private set; } = value;

    public void Deserialize(IXunitSerializationInfo info) => Value = info.GetValue<string>(nameof(Value));

    public void Serialize(IXunitSerializationInfo info) => info.AddValue(nameof(Value), Value);

    public override string ToString() => "tck-id-" + Value;
}

/// <summary>One test per assertion of Sparkplug 3.0 on edge nodes; <c>mqtt-schemas/sparkplug.md</c> lists them and those that are not here.</summary>
[Trait("needs", "mosquitto")]
public sealed class ConformanceTests(RecordingsFixture recordings) : IClassFixture<RecordingsFixture>
{
    public static TheoryData<AssertionId> Ids => [.. Assertions.All.Keys.Select(id => new AssertionId(id))];

    [MosquittoTheory]
    [MemberData(nameof(Ids))]
    public void EdgeNode_Recorded_Fulfils(AssertionId id)
    {
        var verdict = recordings.All.Select(Assertions.All[id.Value]).Aggregate((one, other) => one + other);

        Assert.True(verdict.Subjects > 0, "nothing in the recordings was judged");
        Assert.True(verdict.Faults.Count == 0, $"{verdict.Faults.Count} of {verdict.Subjects}:\n{string.Join('\n', verdict.Faults.Take(3))}");
    }

    [MosquittoTheory]
    [MemberData(nameof(Ids))]
    public void Check_SpoiltRecordings_Fails(AssertionId id)
    {
        var check = Assertions.All[id.Value];

        Assert.Contains(recordings.Spoilt, recording => check(recording).Faults.Count > 0);
    }

    [MosquittoFact]
    public void Alerts_OfThePast_AreToldInOrderAsHistory()
    {
        foreach (var recording in recordings.All.Where(recording => recording.Expected.Any(e => e.What == "past")))
        {
            Assert.All(recording.Expected.Where(e => e.What == "past"), e => Assert.True(recording.Says(e, historical: true), e.ToString()));
            Assert.All(
                recording.DataWithBirths().Select(pair => pair.Data.Payload!.Metrics.Where(m => m.IsHistorical).Select(m => m.Timestamp).ToArray()),
                times => Assert.Equal(times.Order(), times));
        }
    }

    [MosquittoFact]
    public void Metrics_AfterWatchlistAlerts_NeverNameAPerson()
    {
        var match = SampleAlerts.Make(1).Match!;
        foreach (var packet in recordings.All.SelectMany(recording => recording.Packets).Where(packet => packet.FromNode))
        {
            var text = packet.Payload?.ToString() ?? "";
            Assert.All(
                [match.Name, "aneta", match.Person.Value, match.Category],
                secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        }

        Assert.Contains(
            recordings.All.SelectMany(recording => recording.Of("DDATA")),
            packet => packet.Payload!.ToString().Contains("\"watchlist\"", StringComparison.Ordinal));
    }

    [MosquittoFact]
    public void Reasons_NoTemplatesDataSetsOrQuality_AreTrue()
    {
        var metrics = recordings.All.SelectMany(recording => recording.Packets).Where(packet => packet.FromNode && packet.Verb.Length > 0)
            .SelectMany(packet => packet.Payload!.Metrics).ToList();

        Assert.NotEmpty(metrics);
        Assert.DoesNotContain(metrics, metric => metric.TemplateValue is not null || metric.DatasetValue is not null);
        Assert.DoesNotContain(metrics, metric => metric.Properties?.Keys.Contains("Quality") == true);
    }
}
