using System.Text.Json.Nodes;
using System.Threading.Channels;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.EndToEnd.Support;

/// <summary>
/// A consumer as consumers should be: QoS 1, a session that outlives the connection, and alerts told apart by their id. Two ids
/// with one seq, or an id with two, are an error at once.
/// </summary>
internal sealed class AlertInbox : IDisposable
{
    private readonly MosquittoBroker _broker;
    private readonly string _clientId = "vms-" + Guid.NewGuid().ToString("N")[..8];
    private readonly Dictionary<string, long> _seqOf = [];
    private MqttProbe? _probe;

    private AlertInbox(MosquittoBroker broker) => _broker = broker;

    /// <summary>Alerts by seq.</summary>
    public SortedDictionary<long, JsonNode> Alerts { get; } = [];

    /// <summary>Ids of the alerts, by seq.</summary>
    public SortedDictionary<long, string> Ids => new(_seqOf.ToDictionary(alert => alert.Value, alert => alert.Key));

    /// <summary>The latest word on every other topic.</summary>
    public Dictionary<string, string> States { get; } = [];

    // The broker hands on at once what it acknowledges, however much is on its way: a kill -9 of the broker, which writes its
    // memory to disk only now and then, then loses nothing that it took.
    public static Task<MosquittoBroker> StartBroker() => MosquittoBroker.Start(new() { Extra = "max_inflight_messages 0" });

    public static async Task<AlertInbox> Open(MosquittoBroker broker)
    {
        var inbox = new AlertInbox(broker);
        await inbox.Connect();
        return inbox;
    }

    /// <summary>Connects anew after the broker was away, in the same session.</summary>
    public async Task Connect() => _probe = await MqttProbe.Subscribe(
        _broker, BoxConfiguration.Topics + "/#", options => options with { ClientId = _clientId, CleanStart = false });

    /// <summary>Takes what arrived before the connection ended.</summary>
    public async Task TakeRest()
    {
        await foreach (var message in _probe!.Client.Messages.ReadAllAsync())
            Take(message);
        _probe.Dispose();
        _probe = null;
    }

    /// <summary>Takes messages until it is so.</summary>
    public async Task Until(string what, Func<bool> reached)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        while (!reached())
        {
            try
            {
                Take(await _probe!.Client.Messages.ReadAsync(patience.Token));
            }
            catch (Exception error) when (error is OperationCanceledException or ChannelClosedException)
            {
                throw new TimeoutException(
                    $"Not at the subscriber: {what}. {Alerts.Count} alerts arrived, the last with seq {Alerts.LastOrDefault().Key}; "
                    + string.Join(", ", States.Select(state => $"{state.Key}={state.Value}")));
            }
        }
    }

    public void Dispose() => _probe?.Dispose();

    private void Take(MosquittoMessage message)
    {
        var text = MqttProbe.Text(message);
        if (!message.Topic.EndsWith("/alert", StringComparison.Ordinal))
        {
            States[message.Topic] = text;
            return;
        }

        var alert = JsonNode.Parse(text)!;
        var (id, seq) = ((string)alert["id"]!, (long)alert["seq"]!);
        if (_seqOf.TryGetValue(id, out var before))
        {
            Assert.Equal(before, seq);
            return;
        }

        Assert.False(Alerts.ContainsKey(seq), $"seq {seq} belongs to two alerts");
        _seqOf.Add(id, seq);
        Alerts.Add(seq, alert);
    }
}
