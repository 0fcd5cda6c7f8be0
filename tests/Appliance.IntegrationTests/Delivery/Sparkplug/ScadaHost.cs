using System.Globalization;
using System.Text;
using Appliance.Delivery.Sparkplug.Protocol;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;
using Google.Protobuf;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>As much of a host application as the tests need: it commands and says whether it is online.</summary>
internal sealed class ScadaHost : IDisposable
{
    private const string Node = "Site 1/{0}/7F3A";

    private readonly MosquittoClient _client;

    private ScadaHost(MosquittoClient client) => _client = client;

    /// <summary>All that the broker hands to a subscriber of everything.</summary>
    public System.Threading.Channels.ChannelReader<MosquittoMessage> Messages => _client.Messages;

    public static async Task<ScadaHost> Connect(MosquittoBroker broker)
    {
        var client = MosquittoClient.Connect(new()
        {
            Host = broker.Host,
            Port = broker.Port,
            ClientId = "host-" + Guid.NewGuid().ToString("N")[..8],
            CleanStart = true,
            ReceiveBuffer = 100_000,
        });
        await client.Connected.WaitAsync(NodeUnderTest.Patience);
        client.Subscribe("spBv1.0/#", 2);
        await client.Acks.ReadAsync().AsTask().WaitAsync(NodeUnderTest.Patience);
        return new(client);
    }

    public void State(string host, bool online, long timestamp) => State(
        host, string.Create(CultureInfo.InvariantCulture, $$"""{"online":{{(online ? "true" : "false")}},"timestamp":{{timestamp}}}"""));

    public void State(string host, string text) => _client.Publish(new()
    {
        Topic = "spBv1.0/STATE/" + host,
        Payload = Encoding.UTF8.GetBytes(text),
        Qos = 1,
        Retain = true,
    });

    /// <param name="device">Null: the node.</param>
    /// <param name="metric">Name, or <c>#alias</c>.</param>
    /// <param name="value">Boolean, or anything else for a text.</param>
    public void Command(string? device, string metric, object value)
    {
        var command = new Metric { Timestamp = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() };
        if (metric.StartsWith('#'))
            command.Alias = ulong.Parse(metric.AsSpan(1), CultureInfo.InvariantCulture);
        else
            command.Name = metric;
        if (value is bool truth)
            command.BooleanValue = truth;
        else
            command.StringValue = value.ToString();
        Raw(device, new Payload { Timestamp = command.Timestamp, Metrics = { command } }.ToByteArray());
    }

    public void Raw(string? device, byte[] payload, bool retain = false) => _client.Publish(new()
    {
        Topic = "spBv1.0/" + string.Format(CultureInfo.InvariantCulture, Node, device is null ? "NCMD" : "DCMD") + (device is null ? "" : "/" + device),
        Payload = payload,
        Retain = retain,
    });

    /// <summary>Completes when the node has worked on everything sent before.</summary>
    public async Task Fence(NodeUnderTest node)
    {
        // The loop works between two looks at its messages: the second refusal comes after all work that the first look caused.
        for (var i = 0; i < 2; i++)
        {
            var refused = node.Node.Health.CommandsRefused;
            Command(null, "No Such Metric", true);
            await NodeUnderTest.Until(() => node.Node.Health.CommandsRefused > refused, "the node refuses an unknown metric");
        }
    }

    public async Task<MosquittoMessage> Next(string topic)
    {
        while (true)
        {
            var message = await _client.Messages.ReadAsync().AsTask().WaitAsync(NodeUnderTest.Patience);
            if (message.Topic == topic)
                return message;
        }
    }

    public void Dispose()
    {
        _client.Disconnect();
        _client.Ended.Wait(NodeUnderTest.Patience);
        _client.Dispose();
    }
}
