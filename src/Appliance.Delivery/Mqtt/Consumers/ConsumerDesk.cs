using System.Text.Json;
using System.Threading.Channels;
using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Mqtt.Consumers;

/// <summary>
/// Listens to those who read the alerts: notes what they have (many messages per transaction), sends again what they do not
/// acknowledge, and replays stored alerts on demand. Members are thread-safe.
/// </summary>
internal sealed class ConsumerDesk
{
    private const int MaxPerWrite = 500;
    private const int MaxRedelivered = 500;

    // Replays: one a second, ten at once. A consumer with many gaps asks for the rest a little later.
    private const int ReplayBurst = 10;
    private static readonly TimeSpan s_replayEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestLook = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_late = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_badIsNews = TimeSpan.FromHours(1);

    private readonly MqttLink _link;
    private readonly IAcknowledgedOutbox _outbox;
    private readonly string _resultTopic;
    private readonly TimeSpan _look;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();

    // An acknowledgement that finds no room is not lost: its alert is sent again and acknowledged again.
    private readonly Channel<Acknowledgement> _acks = Channel.CreateBounded<Acknowledgement>(
        new BoundedChannelOptions(10_000) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Channel<ReplayRequest> _replays = Channel.CreateBounded<ReplayRequest>(
        new BoundedChannelOptions(100) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    // Since when a required consumer that lacks alerts got no further, by name.
    private readonly Dictionary<string, (long Has, long Since)> _progress = [];
    private IReadOnlyList<string> _late = [];

    private ConsumerFigures _figures = new(0, 0, null, null, 0, 0);
    private double _replayCredit = ReplayBurst;
    private long _replayCreditAt;

    public ConsumerDesk(
        MqttLink link, IAcknowledgedOutbox outbox, string prefix, TimeSpan redeliverAfter, TimeProvider clock, ILogger<ConsumerDesk> logger)
    {
        (_link, _outbox, _clock, _logger) = (link, outbox, clock, logger);
        _resultTopic = prefix + "/replay/result";
        _look = redeliverAfter / 4 < s_longestLook ? redeliverAfter / 4 : s_longestLook;
        _replayCreditAt = clock.GetTimestamp();
        link.Subscribe(prefix + "/ack", 1, TakeAck);
        link.Subscribe(prefix + "/replay", 1, TakeReplay);
    }

    public ConsumerFigures Figures
    {
        get
        {
            lock (_lock)
                return _figures;
        }
    }

    /// <summary>What a technician should know; empty = all is well.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            var figures = Figures;
            return figures is { LastBad: { } bad, LastBadAt: { } at } && _clock.GetUtcNow() - at < s_badIsNews
                ? [.. _late, $"{figures.Bad} messages could not be used since the start; the last: {bad}"]
                : _late;
        }
    }

    /// <summary>Works until stopped.</summary>
    public Task Run(CancellationToken stopping) => Task.WhenAll(
        Guarded(NoteAcks, stopping), Guarded(Replay, stopping), _outbox.IsAcknowledged ? Guarded(Redeliver, stopping) : Task.CompletedTask);

    private void TakeAck(MosquittoMessage message)
    {
        if (message.Retain)
            Refuse("a retained acknowledgement");
        else if (ConsumerMessages.TryReadAck(message.Payload, out var ack, out var reason))
            _acks.Writer.TryWrite(ack);
        else
            Refuse(reason);
    }

    private void TakeReplay(MosquittoMessage message)
    {
        if (message.Retain)
            Refuse("a retained replay");
        else if (!ConsumerMessages.TryReadReplay(message.Payload, out var request, out var reason))
            Refuse(reason);
        else if (!MayReplay() || !_replays.Writer.TryWrite(request))
            Refuse($"{request.Consumer} asks for too many replays");
    }

    private async Task NoteAcks(CancellationToken stopping)
    {
        while (await _acks.Reader.WaitToReadAsync(stopping).ConfigureAwait(false))
        {
            var taken = new List<Acknowledgement>();
            while (taken.Count < MaxPerWrite && _acks.Reader.TryRead(out var ack))
                taken.Add(ack);

            foreach (var reason in await _outbox.Acknowledge(taken, stopping).ConfigureAwait(false))
                Refuse(reason);
            Count(figures => figures with { Acknowledgements = figures.Acknowledgements + taken.Count });
        }
    }

    private async Task Redeliver(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(_look, _clock);
        while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
        {
            NoteLate(await _outbox.Consumers(stopping).ConfigureAwait(false));
            if (_link.Health.State != MqttState.Connected)
                continue;

            var again = await _outbox.Redeliver(MaxRedelivered, stopping).ConfigureAwait(false);
            if (again == 0)
                continue;

            _logger.Redelivering(again, _outbox.Destination);
            Count(figures => figures with { Redelivered = figures.Redelivered + again });
        }
    }

    private async Task Replay(CancellationToken stopping)
    {
        await foreach (var request in _replays.Reader.ReadAllAsync(stopping).ConfigureAwait(false))
        {
            var result = await _outbox.Replay(request.Range, stopping).ConfigureAwait(false);
            _logger.Replaying(result.Queued, request.Range.First, request.Range.Last, request.Consumer);
            Count(figures => figures with { Replays = figures.Replays + 1 });
            try
            {
                var session = await _link.Session(stopping).ConfigureAwait(false);
                _ = await session.Publish(Write(request, result)).ConfigureAwait(false);
            }
            catch (MqttSessionEndedException)
            {
                // Who still has a gap asks again.
            }
        }
    }

    private void NoteLate(IReadOnlyList<ConsumerState> consumers)
    {
        var (now, late) = (_clock.GetTimestamp(), new List<string>());
        foreach (var consumer in consumers.Where(consumer => consumer.IsRequired))
        {
            var has = consumer.AcknowledgedThrough + consumer.LastAcknowledged;
            if (consumer.Behind == 0 || !_progress.TryGetValue(consumer.Name, out var before) || before.Has != has)
                _progress[consumer.Name] = (has, now);
            else if (_clock.GetElapsedTime(before.Since, now) is var since && since >= s_late)
                late.Add($"{consumer.Name} lacks {consumer.Behind} alerts and has acknowledged none for {since.TotalMinutes:0} min");
        }

        _late = late;
    }

    private MqttMessage Write(ReplayRequest request, ReplayResult result)
    {
        var message = new MqttMessage { Topic = _resultTopic, ContentType = "application/json" };
        using var json = new Utf8JsonWriter(message.Payload);
        json.WriteStartObject();
        json.WriteString("consumer", request.Consumer);
        json.WriteNumber("from", request.Range.First);
        json.WriteNumber("to", request.Range.Last);
        json.WriteNumber("queued", result.Queued);
        json.WriteStartArray("gone");
        foreach (var gone in result.Gone)
        {
            json.WriteStartArray();
            json.WriteNumberValue(gone.First);
            json.WriteNumberValue(gone.Last);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return message;
    }

    /// <summary>A disk that refuses for a while must not end the conversation.</summary>
    private async Task Guarded(Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        var pauses = new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await work(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                var pause = pauses.Next();
                _logger.ConsumersInterrupted(pause, error);
                await Task.Delay(pause, _clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private bool MayReplay()
    {
        lock (_lock)
        {
            var now = _clock.GetTimestamp();
            _replayCredit = Math.Min(ReplayBurst, _replayCredit + (_clock.GetElapsedTime(_replayCreditAt, now) / s_replayEvery));
            _replayCreditAt = now;
            if (_replayCredit < 1)
                return false;
            _replayCredit--;
            return true;
        }
    }

    private void Refuse(string reason)
    {
        var bad = Count(figures => figures with { Bad = figures.Bad + 1, LastBad = reason, LastBadAt = _clock.GetUtcNow() }).Bad;
        // The first, the tenth, the hundredth…: a flood of nonsense is no flood of log lines.
        if (Math.Log10(bad) % 1 == 0)
            _logger.ConsumerMessageRefused(bad, reason);
    }

    private ConsumerFigures Count(Func<ConsumerFigures, ConsumerFigures> change)
    {
        lock (_lock)
            return _figures = change(_figures);
    }
}
