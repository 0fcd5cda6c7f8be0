using Appliance.Core;
using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Mqtt;

/// <summary>How a link connects and what it says at both ends of a session.</summary>
/// <param name="Connection">Settings of the next attempt, asked for each time so that a changed password file is seen.</param>
/// <param name="ConnectTimeout">How long one attempt may take.</param>
/// <param name="ReconnectFirst">First pause after a failure.</param>
/// <param name="ReconnectLongest">Longest pause.</param>
/// <param name="Birth">Published first in every session; null = nothing.</param>
/// <param name="Farewell">Published last before an orderly end; null = nothing.</param>
public sealed record MqttLinkSettings(
    Func<MosquittoOptions> Connection,
    TimeSpan ConnectTimeout,
    TimeSpan ReconnectFirst,
    TimeSpan ReconnectLongest,
    Action<MqttMessage>? Birth,
    Action<MqttMessage>? Farewell);

/// <summary>
/// Keeps one session with the broker: connects, says who it is, subscribes, repeats retained state, notices the end and its
/// reason, pauses and tries again, until stopped. Members are thread-safe.
/// </summary>
public sealed class MqttLink
{
    // A session that lived this long was a good one; the next pause starts small again.
    private static readonly TimeSpan s_good = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_refusedPause = TimeSpan.FromSeconds(30);

    // Retained topics sent before their answers are awaited.
    private const int RetainedWindow = 20;

    private readonly Lock _lock = new();
    private readonly MqttLinkSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly BackOff _backOff;
    private readonly RetainedTopics _retained = new();
    private readonly HashSet<string> _refused = [];
    private readonly List<(string Filter, int Qos, Action<MosquittoMessage> Handler)> _subscriptions = [];
    private TaskCompletionSource<MqttSession> _session = NewSession();
    private MqttHealth _health;
    private long? _connectedAt;

    public MqttLink(MqttLinkSettings settings, TimeProvider clock, ILogger<MqttLink> logger)
    {
        _settings = settings;
        _clock = clock;
        _logger = logger;
        _backOff = new(settings.ReconnectFirst, settings.ReconnectLongest);
        _health = new(MqttState.Stopped, "", clock.GetUtcNow(), "");
    }

    /// <summary>Raised after each change of <see cref="Health"/>; handlers must not block.</summary>
    public event Action<MqttHealth>? HealthChanged;

    public MqttHealth Health
    {
        get
        {
            lock (_lock)
                return _health;
        }
    }

    /// <summary>The running session, or the next one.</summary>
    public Task<MqttSession> Session(CancellationToken cancel)
    {
        lock (_lock)
        {
            if (_session.Task is { IsCompletedSuccessfully: true, Result.Ended.IsCancellationRequested: true })
                _session = NewSession();
            return _session.Task.WaitAsync(cancel);
        }
    }

    /// <summary>Calls <paramref name="handler"/> for messages that match, in this and every later session. Before <see cref="Run"/>.</summary>
    /// <param name="filter">MQTT topic filter.</param>
    /// <param name="qos">0 or 1.</param>
    /// <param name="handler">Called one message at a time; must not block.</param>
    public void Subscribe(string filter, int qos, Action<MosquittoMessage> handler)
    {
        lock (_lock)
            _subscriptions.Add((filter, qos, handler));
    }

    /// <summary>Sets a retained topic, now and in every later session; an empty payload clears it.</summary>
    public void Retain(MqttMessage message) => _retained.Set(message);

    /// <summary>Says a retained topic's value once more, for consumers that show something else; nothing if it has none.</summary>
    public void Repeat(string topic) => _retained.PutBack(topic);

    /// <summary>A user of the session learned that the broker refuses what we publish to a topic.</summary>
    public void ReportRefused(string topic, string reason)
    {
        lock (_lock)
        {
            if (!_refused.Add(topic))
                return;
        }

        _logger.PublishRefused(Health.Broker, topic, reason);
        Become(MqttState.PublishRefused, $"the broker refuses {topic}: {reason}", onlyFrom: MqttState.Connected);
    }

    /// <summary>The broker took a message to a topic; ends what <see cref="ReportRefused"/> began.</summary>
    public void ReportAccepted(string topic)
    {
        lock (_lock)
        {
            if (!_refused.Remove(topic) || _refused.Count > 0)
                return;
        }

        _logger.PublishAccepted(Health.Broker);
        Become(MqttState.Connected, "", onlyFrom: MqttState.PublishRefused);
    }

    /// <summary>Works until stopped; returns after the farewell.</summary>
    public async Task Run(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            _connectedAt = null;
            try
            {
                await RunSession(stopping).ConfigureAwait(false);
            }
            catch (MosquittoException error)
            {
                Fail(error);
            }
            catch (IOException error)
            {
                Fail(new(MosquittoFault.Setup, error.Message));
            }
            catch (UnauthorizedAccessException error)
            {
                Fail(new(MosquittoFault.Setup, error.Message));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
            }

            if (_connectedAt is { } connected && _clock.GetElapsedTime(connected) > s_good)
                _backOff.Reset();
            await Pause(_backOff.Next(), stopping).ConfigureAwait(false);
        }

        Become(MqttState.Stopped, "");
    }

    private static TaskCompletionSource<MqttSession> NewSession() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static MqttState StateFor(MosquittoFault fault) => fault switch
    {
        MosquittoFault.Network => MqttState.Unreachable,
        MosquittoFault.Tls => MqttState.TlsFailed,
        MosquittoFault.Credentials => MqttState.BadCredentials,
        MosquittoFault.Refused => MqttState.Refused,
        _ => MqttState.Broken,
    };

    private async Task RunSession(CancellationToken stopping)
    {
        var options = _settings.Connection();
        var broker = $"{options.Host}:{options.Port}";
        if (Health.State == MqttState.Stopped)
            Become(MqttState.Connecting, "", broker: broker);

        using var client = MosquittoClient.Connect(options);
        var present = await Connected(client, stopping).ConfigureAwait(false);
        _logger.Connected(broker, options.ClientId, present);

        var session = new MqttSession(client);
        var acks = session.PumpAcks();
        var messages = PumpMessages(client);
        Task retained = Task.CompletedTask;
        try
        {
            await Greet(session, broker).WaitAsync(stopping).ConfigureAwait(false);
            _connectedAt = _clock.GetTimestamp();
            lock (_lock)
                _refused.Clear();
            retained = PumpRetained(session);
            Become(MqttState.Connected, "", broker: broker);
            Open(session);
            await client.Ended.WaitAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await Leave(client, session).ConfigureAwait(false);
            _logger.Disconnected(broker);
        }
        catch (MqttSessionEndedException)
        {
            // Its reason comes with Ended below.
        }
        finally
        {
            Close();
            client.Dispose();
            await Task.WhenAll(acks, messages, retained).ConfigureAwait(false);
        }

        if (await client.Ended.ConfigureAwait(false) is { } reason)
            throw reason;
    }

    private async Task<bool> Connected(MosquittoClient client, CancellationToken stopping)
    {
        try
        {
            return await client.Connected.WaitAsync(_settings.ConnectTimeout, _clock, stopping).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The client's own thread ends the attempt whenever the kernel lets go of it.
            throw new MosquittoException(
                MosquittoFault.Network, $"no answer within {_settings.ConnectTimeout.TotalSeconds:0.#} s");
        }
    }

    private async Task Greet(MqttSession session, string broker)
    {
        foreach (var (filter, qos, _) in Subscriptions())
        {
            var ack = await session.Subscribe(filter, qos).ConfigureAwait(false);
            if (ack.IsRefused)
                _logger.SubscribeRefused(broker, filter, ack.Reason);
        }

        if (_settings.Birth is { } birth)
            await Say(session, birth).ConfigureAwait(false);
        _retained.AllChanged();
    }

    private async Task Leave(MosquittoClient client, MqttSession session)
    {
        try
        {
            await SayRetained(session).WaitAsync(s_farewell, _clock, CancellationToken.None).ConfigureAwait(false);
            if (_settings.Farewell is { } farewell)
                await Say(session, farewell).WaitAsync(s_farewell, _clock, CancellationToken.None).ConfigureAwait(false);
            client.Disconnect();
            await client.Ended.WaitAsync(s_farewell, _clock, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or MqttSessionEndedException)
        {
            // A broker that does not answer will publish our Will instead.
        }
    }

    private async Task Say(MqttSession session, Action<MqttMessage> what)
    {
        var message = new MqttMessage();
        what(message);
        var ack = await session.Publish(message).ConfigureAwait(false);
        if (ack.IsRefused)
            _logger.PublishRefused(Health.Broker, message.Topic, ack.Reason);
    }

    /// <summary>What changed last, such as outputs that fell back at the stop; refused topics are not tried again.</summary>
    private async Task SayRetained(MqttSession session)
    {
        var batch = new MqttBatch();
        for (_retained.Take(batch, int.MaxValue); batch.Count > 0; _retained.Take(batch, int.MaxValue))
        {
            await Task.WhenAll(Enumerable.Range(0, batch.Count).Select(i => session.Publish(batch[i]))).ConfigureAwait(false);
            batch.Clear();
        }
    }

    private async Task PumpMessages(MosquittoClient client)
    {
        await foreach (var message in client.Messages.ReadAllAsync().ConfigureAwait(false))
        {
            foreach (var (filter, _, handler) in Subscriptions())
            {
                if (!TopicFilter.Matches(filter, message.Topic))
                    continue;

                try
                {
                    handler(message);
                }
                catch (Exception error)
                {
                    _logger.HandlerFailed(message.Topic, error);
                }
            }
        }
    }

    private async Task PumpRetained(MqttSession session)
    {
        var batch = new MqttBatch();
        var answers = new List<Task<MosquittoAck>>();
        try
        {
            while (true)
            {
                await _retained.WaitForChange().WaitAsync(session.Ended).ConfigureAwait(false);
                batch.Clear();
                answers.Clear();
                _retained.Take(batch, RetainedWindow);
                for (var i = 0; i < batch.Count; i++)
                    answers.Add(session.Publish(batch[i]));
                for (var i = 0; i < answers.Count; i++)
                    Judge(batch[i].Topic, await answers[i].ConfigureAwait(false), session);
            }
        }
        catch (Exception error) when (error is MqttSessionEndedException or OperationCanceledException)
        {
            // All topics are said again in the next session.
        }
    }

    private void Judge(string topic, MosquittoAck ack, MqttSession session)
    {
        if (ack.IsRefused)
        {
            ReportRefused(topic, ack.Reason);
            _ = PutBackLater(topic, session);
        }
        else
        {
            ReportAccepted(topic);
        }
    }

    private async Task PutBackLater(string topic, MqttSession session)
    {
        await Task.Delay(s_refusedPause, _clock, session.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _retained.PutBack(topic);
    }

    private (string Filter, int Qos, Action<MosquittoMessage> Handler)[] Subscriptions()
    {
        lock (_lock)
            return [.. _subscriptions];
    }

    private void Open(MqttSession session)
    {
        lock (_lock)
            _session.TrySetResult(session);
    }

    private void Close()
    {
        lock (_lock)
        {
            if (_session.Task.IsCompleted)
                _session = NewSession();
        }
    }

    private void Fail(MosquittoException error)
    {
        var (state, before) = (StateFor(error.Fault), Health);
        Become(state, error.Message);
        // Each attempt of a long outage would say the same.
        if (before.State != state || before.Reason != error.Message)
            _logger.ConnectionFailed(before.Broker, state, error.Message);
    }

    private void Become(MqttState state, string reason, MqttState? onlyFrom = null, string? broker = null)
    {
        MqttHealth health;
        lock (_lock)
        {
            if ((onlyFrom is { } from && _health.State != from) || (_health.State == state && _health.Reason == reason))
                return;

            health = _health = new(
                state,
                reason,
                _health.State == state ? _health.Since : _clock.GetUtcNow(),
                broker ?? _health.Broker);
        }

        try
        {
            HealthChanged?.Invoke(health);
        }
        catch (Exception error)
        {
            _logger.HealthListenerFailed(error);
        }
    }

    private async Task Pause(TimeSpan pause, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(pause, _clock, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
