using System.Diagnostics;
using System.Text;
using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Mqtt.Native;
using Appliance.Native.Mosquitto;

namespace Appliance.Daemon.Cli.Simulate;

/// <summary>What a fleet is to do.</summary>
/// <param name="First">Number of its first box.</param>
/// <param name="Boxes">How many.</param>
/// <param name="Rate">Alerts per box and second.</param>
/// <param name="StateEvery">How often each box repeats its retained health.</param>
/// <param name="Duration">How long it raises alerts.</param>
/// <param name="Signer">Signs alerts; null = none.</param>
internal sealed record FleetPlan(int First, int Boxes, double Rate, TimeSpan StateEvery, TimeSpan Duration, JwsSigner? Signer);

/// <summary>
/// Virtual boxes on one thread: each with its own client id, Will and retained state, and alerts in the native dialect with a
/// gap-free seq, all messages as a real box writes them. It has no outbox: it measures the broker and the network.
/// </summary>
internal sealed class VirtualFleet(FleetPlan plan, Func<string, MosquittoOptions> connection)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly MosquittoSwarm _swarm = new();
    private readonly MqttBatch _batch = new();
    private readonly NativeDialect[] _dialects = new NativeDialect[plan.Boxes];
    private readonly long[] _seqs = new long[plan.Boxes];
    private readonly Guid _boot = Guid.NewGuid();
    private int _connected;
    private int _refused;
    private long _unanswered;

    public long Sent { get; private set; }

    public long States { get; private set; }

    public long Reconnects => _swarm.Reconnects;

    public double ConnectSeconds { get; private set; }

    /// <summary>Seconds in which alerts were sent.</summary>
    public double Seconds { get; private set; }

    /// <summary>Connects all boxes and says their state.</summary>
    /// <exception cref="MosquittoException">A box cannot connect.</exception>
    public void Connect(CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        _swarm.Connected += (_, code) => (_connected, _refused) = code == 0 ? (_connected + 1, _refused) : (_connected, _refused + 1);
        _swarm.Published += (_, _, _) => _unanswered--;
        for (var i = 0; i < plan.Boxes; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var serial = FleetMeter.Serial(plan.First + i);
            var topics = new NativeTopics("ea/" + serial);
            _dialects[i] = new(new(serial, serial, "0", _boot), topics, new(), plan.Signer);
            _swarm.Add(connection("ea-" + serial) with
            {
                CleanStart = true,
                Will = new() { Topic = topics.Available, Payload = "offline"u8.ToArray(), Qos = 1, Retain = true },
            });
            // The broker's queue of new connections is short: answers are taken as they come.
            if (i % 50 == 49)
                PollUntil(() => _connected + _refused >= i - 200, 1, s_patience, cancel);
        }

        PollUntil(() => _connected + _refused == plan.Boxes, 5, s_patience, cancel);
        if (_connected < plan.Boxes)
            throw new MosquittoException(MosquittoFault.Refused, $"the broker took {_connected} of {plan.Boxes} connections");

        for (var i = 0; i < plan.Boxes; i++)
        {
            var available = new MqttMessage { Topic = $"ea/{FleetMeter.Serial(plan.First + i)}/available", Retain = true };
            Encoding.UTF8.GetBytes("online", available.Payload);
            Publish(i, available);
            State(i);
            if (i % 100 == 99)
                PollUntil(() => _unanswered < 400, 1, s_patience, cancel);
        }

        PollUntil(() => _unanswered <= 0, 5, s_patience, cancel);
        ConnectSeconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Raises alerts at an even pace for the time planned, waits for the broker's answers and says farewell.</summary>
    public void Send(CancellationToken cancel)
    {
        var (started, nextAlert, nextState) = (Stopwatch.GetTimestamp(), 0, 0);
        var (alertsPerSecond, statesPerSecond) = (plan.Rate * plan.Boxes, plan.Boxes / plan.StateEvery.TotalSeconds);
        States = 0;
        while (Stopwatch.GetElapsedTime(started) is var elapsed && elapsed < plan.Duration && !cancel.IsCancellationRequested)
        {
            // In turn over all boxes, at an even pace; at most a hundred before the sockets are looked at.
            for (var i = 0; i < 100 && Sent < elapsed.TotalSeconds * alertsPerSecond; i++)
                Alert(nextAlert++ % plan.Boxes);
            for (var i = 0; i < 100 && States < elapsed.TotalSeconds * statesPerSecond; i++)
                State(nextState++ % plan.Boxes);
            _swarm.Poll(Sent < elapsed.TotalSeconds * alertsPerSecond ? 0 : 2);
        }

        Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        PollUntil(() => _unanswered <= 0, 5, s_patience, cancel);
        _swarm.Disconnect();
        _swarm.Dispose();
    }

    /// <summary>Serves the sockets until it is so, or patience ends.</summary>
    public void PollUntil(Func<bool> reached, int milliseconds, TimeSpan patience, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (!reached() && Stopwatch.GetElapsedTime(started) < patience && !cancel.IsCancellationRequested)
            _swarm.Poll(milliseconds);
    }

    private void Alert(int box)
    {
        var now = DateTimeOffset.UtcNow;
        _batch.Clear();
        _dialects[box].Write(
            new Alert
            {
                Id = new(Ulid.New(now)),
                Seq = _seqs[box] + 1,
                BootId = _boot,
                Kind = AlertKinds.Watchlist,
                Severity = Severity.Critical,
                Camera = new("gate"),
                Utc = now,
                TrackId = Stopwatch.GetTimestamp(),
                Box = new(612.5f, 201, 88, 110),
                FrameWidth = 1280,
                FrameHeight = 720,
                DetectionScore = 0.93f,
                Match = new(new(Ulid.New(now)), "Nobody Atall", "banned", 0.74f, 0.41f, 0.52f, 4),
                Models = ["simulated"],
            },
            _batch);
        if (!Publish(box, _batch[0]))
            return;
        _seqs[box]++;
        Sent++;
    }

    private void State(int box)
    {
        _batch.Clear();
        _dialects[box].Write(new HealthReport(HealthStatus.Ok, [], 0, true, DateTimeOffset.UtcNow), _batch);
        Publish(box, _batch[0]);
        States++;
    }

    private bool Publish(int box, MqttMessage message)
    {
        var sent = _swarm.Publish(box, new()
        {
            Topic = message.Topic,
            Payload = message.Payload.WrittenMemory,
            Qos = 1,
            Retain = message.Retain,
            ContentType = message.ContentType,
            UserProperties = message.UserProperties,
        });
        _unanswered += sent ? 1 : 0;
        return sent;
    }
}
