using Appliance.Core.Alerts;
using Appliance.Delivery.Mqtt;
using Appliance.Native.Mosquitto;

namespace Appliance.Delivery.Sparkplug;

/// <summary>
/// Puts what the model holds on the wire of one session, in the order that Sparkplug demands, under one sequence over the node and its
/// devices. Used by the session's loop only.
/// </summary>
internal sealed class SparkplugPublisher(
    NodeModel model, SparkplugTopics topics, MqttSession session, PayloadWriter writer, TimeProvider clock)
{
    // Values per message: keeps payloads below 10 kB.
    private const int MostValues = 100;

    private readonly MqttMessage _message = new();
    private readonly List<MetricChange> _changes = [];
    private readonly Dictionary<Metric, ulong> _seen = [];
    private int _seq;

    /// <summary>Messages published.</summary>
    public long Published { get; private set; }

    /// <summary>When the latest births went out; null: none in this session.</summary>
    public DateTimeOffset? BornAt { get; private set; }

    /// <summary>NBIRTH and the DBIRTH of every device that lives. Returns how many devices.</summary>
    public async Task<int> Birth()
    {
        var devices = model.BeginBirths();
        _seq = 0;
        var now = clock.GetUtcNow();
        await Send(topics.NodeBirth, now, () => model.WriteBirth(model.Node, writer, now)).ConfigureAwait(false);
        foreach (var device in devices)
            await Birth(device).ConfigureAwait(false);
        BornAt = now;
        return devices.Count;
    }

    /// <summary>Deaths and births of devices since the last call.</summary>
    public async Task PublishDevices()
    {
        foreach (var device in model.TakeDeaths())
            await Send(topics.DeviceDeath(device.Device!), clock.GetUtcNow(), static () => { }).ConfigureAwait(false);
        foreach (var device in model.Unborn())
            await Birth(device).ConfigureAwait(false);
    }

    /// <summary>What came about while there was no session, oldest first per device.</summary>
    public Task PublishHistory() => PublishChanges(history: true);

    /// <summary>What changed since births and the last call.</summary>
    public Task PublishChanges() => PublishChanges(history: false);

    /// <summary>Alerts of the past as the node, and their cameras if they live, had them.</summary>
    public async Task PublishHistory(IReadOnlyList<(Alert Alert, AlertTally Tally, long Total)> alerts)
    {
        foreach (var part in alerts.Chunk(MostValues / 5))
        {
            await SendHistory(model.Node, part, withCamera: true).ConfigureAwait(false);
            foreach (var ofCamera in part.GroupBy(alert => alert.Alert.Camera.Value))
            {
                if (model.FindDevice(ofCamera.Key) is { IsBorn: true } camera)
                    await SendHistory(camera, [.. ofCamera], withCamera: false).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The node's own death; completes when the broker has it.</summary>
    public Task<MosquittoAck> Death(int birthDeath)
    {
        _message.Clear();
        _message.Topic = topics.NodeDeath;
        _message.Qos = 1;
        WriteDeath(_message, writer, model.Node, birthDeath, clock.GetUtcNow());
        Published++;
        return session.Publish(_message);
    }

    /// <summary>Payload of the Will and of a farewell: nothing but the number of the session that it ends.</summary>
    public static void WriteDeath(MqttMessage message, PayloadWriter writer, MetricSource node, int birthDeath, DateTimeOffset now)
    {
        writer.Begin(now, seq: null);
        writer.AddDeath(node[NodeModel.BirthDeath], MetricValue.Of((long)birthDeath), now);
        writer.WriteTo(message.Payload);
    }

    private Task Birth(MetricSource device)
    {
        var now = clock.GetUtcNow();
        return Send(topics.DeviceBirth(device.Device!), now, () => model.WriteBirth(device, writer, now));
    }

    private async Task PublishChanges(bool history)
    {
        while (model.Take(history, MostValues, _changes, out var source))
        {
            var now = clock.GetUtcNow();
            await Send(DataTopic(source), now, () => Write(_changes, history)).ConfigureAwait(false);
            _changes.Clear();
        }
    }

    private Task SendHistory(
        MetricSource source, IReadOnlyList<(Alert Alert, AlertTally Tally, long Total)> alerts, bool withCamera) =>
        Send(DataTopic(source), clock.GetUtcNow(), () =>
        {
            _changes.Clear();
            foreach (var (alert, tally, total) in alerts)
            {
                Add("Alert/Count", MetricValue.Of(withCamera ? total : tally.Count));
                Add("Alert/Last Id", MetricValue.Of(tally.LastId));
                Add("Alert/Last Class", MetricValue.Of(tally.LastKind));
                Add("Alert/Last Score", MetricValue.Of(tally.LastScore));
                if (withCamera)
                    Add("Alert/Last Camera", MetricValue.Of(tally.Camera));

                void Add(string name, in MetricValue value) => _changes.Add(new(source[name], value, alert.Utc));
            }

            Write(_changes, isHistorical: true);
            _changes.Clear();
        });

    private string DataTopic(MetricSource source) => source.IsNode ? topics.NodeData : topics.DeviceData(source.Device!);

    /// <summary>In order of time; values of one metric never share a time, which would make one of them disappear.</summary>
    private void Write(List<MetricChange> changes, bool isHistorical)
    {
        ulong last = 0;
        foreach (var change in changes.OrderBy(change => change.At))
        {
            var at = (ulong)change.At.ToUnixTimeMilliseconds();
            // A later value of a metric moves on by a millisecond, and what follows must not be earlier.
            at = Math.Max(at, last);
            if (_seen.TryGetValue(change.Metric, out var before) && at <= before)
                at = before + 1;
            _seen[change.Metric] = last = at;
            writer.AddData(change.Metric, change.Value, at, isHistorical);
        }

        _seen.Clear();
    }

    private async Task Send(string topic, DateTimeOffset now, Action write)
    {
        _message.Clear();
        _message.Topic = topic;
        _message.Qos = 0;
        writer.Begin(now, _seq);
        write();
        writer.WriteTo(_message.Payload);
        _seq = (_seq + 1) & 0xFF;
        Published++;
        // Written to the socket: a broker that takes nothing holds the loop up here instead of filling memory.
        await session.Publish(_message).ConfigureAwait(false);
    }
}
