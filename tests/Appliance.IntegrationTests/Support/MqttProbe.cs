using System.Text;
using System.Text.Json.Nodes;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.Support;

/// <summary>
/// A consumer for tests: subscribes to everything below a filter with QoS 1 in a persistent session, so that it misses nothing
/// while either side is away, and hands messages out one by one.
/// </summary>
public sealed class MqttProbe : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private MqttProbe(MosquittoClient client) => Client = client;

    public MosquittoClient Client { get; }

    /// <summary>Connects and subscribes.</summary>
    public static async Task<MqttProbe> Subscribe(
        MosquittoBroker broker, string filter, Func<MosquittoOptions, MosquittoOptions>? change = null, int qos = 1)
    {
        var options = new MosquittoOptions
        {
            Host = broker.Host,
            Port = broker.Port,
            ClientId = "probe-" + Guid.NewGuid().ToString("N")[..8],
            SessionExpiry = TimeSpan.FromHours(1),
            ReceiveBuffer = 100_000,
        };
        var client = MosquittoClient.Connect(change is null ? options : change(options));
        await client.Connected.WaitAsync(s_patience);
        client.Subscribe(filter, qos);
        var ack = await client.Acks.ReadAsync().AsTask().WaitAsync(s_patience);
        Assert.False(ack.IsRefused, ack.Reason);
        return new(client);
    }

    public async Task<MosquittoMessage> Next() => await Client.Messages.ReadAsync().AsTask().WaitAsync(s_patience);

    /// <summary>The next message on a topic; others are skipped.</summary>
    public async Task<MosquittoMessage> Next(string topic)
    {
        while (true)
        {
            if (await Next() is { } message && message.Topic == topic)
                return message;
        }
    }

    /// <summary>The next message on a topic that holds a word.</summary>
    public async Task<MosquittoMessage> Next(string topic, string word)
    {
        while (true)
        {
            if (await Next(topic) is { } message && Text(message).Contains(word, StringComparison.Ordinal))
                return message;
        }
    }

    public static string Text(MosquittoMessage message) => Encoding.UTF8.GetString(message.Payload);

    public static JsonNode Json(MosquittoMessage message) => JsonNode.Parse(message.Payload)!;

    public void Dispose()
    {
        Client.Disconnect();
        Client.Ended.Wait(s_patience);
        Client.Dispose();
    }
}
