using System.Text.Json.Nodes;

namespace Appliance.Daemon.Cli.Demo;

/// <summary>An alert as it arrived at the broker's other side.</summary>
internal sealed record ReceivedAlert(string Topic, string Camera, string Kind, string? Name, JsonNode Body);

/// <summary>A consumer that knows nothing of this program: mosquitto_sub, MQTT 5, QoS 1.</summary>
internal sealed class DemoSubscriber : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly Lock _gate = new();
    private readonly List<ReceivedAlert> _alerts = [];
    private readonly List<(string Output, bool Active)> _outputs = [];

    private DemoSubscriber(ChildProcess process)
    {
        _process = process;
        process.Line += Took;
    }

    public IReadOnlyList<ReceivedAlert> Alerts
    {
        get
        {
            lock (_gate)
                return [.. _alerts];
        }
    }

    /// <summary>Changes of outputs, in order.</summary>
    public IReadOnlyList<(string Output, bool Active)> Outputs
    {
        get
        {
            lock (_gate)
                return [.. _outputs];
        }
    }

    // stdbuf: into a pipe mosquitto_sub writes in blocks of 4 KiB, and an alert would show minutes late.
    public static async Task<DemoSubscriber> StartAsync(int port, string serial)
    {
        var process = ChildProcess.Start("mosquitto_sub", "stdbuf",
        [
            "-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "-V", "mqttv5", "-q", "1", "-d",
            "-F", "message %t %p", "-t", $"ea/{serial}/cam/+/alert", "-t", $"ea/{serial}/output/+/state",
        ]);
        var subscriber = new DemoSubscriber(process);
        await process.WaitForLineOrEnd("Subscribed", TimeSpan.FromSeconds(60));
        return subscriber;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private void Took(string line)
    {
        var parts = line.Split(' ', 3);
        if (parts is not ["message", var topic, var payload])
            return;

        var segments = topic.Split('/');
        var body = JsonNode.Parse(payload)!;
        lock (_gate)
        {
            if (topic.EndsWith("/alert", StringComparison.Ordinal))
            {
                _alerts.Add(new(topic, segments[^2], (string)body["event_type"]!, (string?)body["match"]?["name"], body));
            }
            else
            {
                _outputs.Add((segments[^2], (string?)body["state"] == "ON"));
            }
        }
    }
}
