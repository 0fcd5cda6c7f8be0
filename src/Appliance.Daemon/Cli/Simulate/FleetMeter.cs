using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Appliance.Core.Alerts;
using Appliance.Native.Mosquitto;

namespace Appliance.Daemon.Cli.Simulate;

/// <summary>The consumer of a simulated fleet: one subscription over all boxes, a ledger per box, and how long each alert took.</summary>
internal sealed class FleetMeter(int boxes)
{
    private readonly SeqLedger[] _ledgers = [.. Enumerable.Range(0, boxes).Select(_ => new SeqLedger())];
    private readonly List<double> _milliseconds = [];

    public long Delivered { get; private set; }

    public long Doubled { get; private set; }

    /// <summary>Serial number of a virtual box.</summary>
    public static string Serial(int box) => string.Create(CultureInfo.InvariantCulture, $"sim-{box:00000}");

    /// <summary>Takes alerts until the connection ends.</summary>
    public async Task Run(MosquittoClient consumer)
    {
        await foreach (var message in consumer.Messages.ReadAllAsync())
            Take(message);
    }

    /// <summary>Milliseconds that a share of the alerts took at most.</summary>
    public double At(double share)
    {
        if (_milliseconds.Count == 0)
            return double.NaN;
        _milliseconds.Sort();
        return _milliseconds[(int)(share * (_milliseconds.Count - 1))];
    }

    private void Take(MosquittoMessage message)
    {
        var now = Stopwatch.GetTimestamp();
        // ea/sim-00017/cam/gate/alert
        var box = int.Parse(message.Topic.AsSpan("ea/sim-".Length, 5), CultureInfo.InvariantCulture);
        var (seq, sent) = (0L, 0L);
        var json = new Utf8JsonReader(message.Payload);
        while (json.Read())
        {
            if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName)
                continue;
            if (json.ValueTextEquals("seq"u8) && json.Read())
                seq = json.GetInt64();
            // The box has no tracks: its clock reading travels in their place.
            else if (json.ValueTextEquals("track"u8) && json.Read())
                sent = json.GetInt64();
        }

        if (!_ledgers[box].Add(seq))
        {
            Doubled++;
            return;
        }

        Delivered++;
        _milliseconds.Add((now - sent) * 1000.0 / Stopwatch.Frequency);
    }
}
