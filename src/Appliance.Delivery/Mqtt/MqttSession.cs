using Appliance.Native.Mosquitto;

namespace Appliance.Delivery.Mqtt;

/// <summary>The connection ended before the broker answered; the message may or may not have arrived.</summary>
public sealed class MqttSessionEndedException() : Exception("the MQTT connection ended");

/// <summary>
/// One connection as its users see it: publishes whose task is the broker's answer. Made by <see cref="MqttLink"/>, thread-safe.
/// </summary>
public sealed class MqttSession
{
    private readonly Lock _lock = new();
    private readonly MosquittoClient _client;
    private readonly Dictionary<int, TaskCompletionSource<MosquittoAck>> _waiting = [];
    private readonly CancellationTokenSource _ended = new();
    private bool _isOver;

    internal MqttSession(MosquittoClient client) => _client = client;

    /// <summary>Cancelled when the connection is over.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>
    /// Sends in the order of calls. The task completes with the broker's answer (QoS 0: when it is written), or fails with
    /// <see cref="MqttSessionEndedException"/>. The message may be reused at once.
    /// </summary>
    public Task<MosquittoAck> Publish(MqttMessage message) => Send(() => _client.Publish(message.ToPublish()));

    /// <summary>Subscribes; the task completes with the broker's answer.</summary>
    internal Task<MosquittoAck> Subscribe(string filter, int qos) => Send(() => _client.Subscribe(filter, qos));

    /// <summary>Hands answers to those who wait; returns when the connection is over.</summary>
    internal async Task PumpAcks()
    {
        await foreach (var ack in _client.Acks.ReadAllAsync().ConfigureAwait(false))
        {
            TaskCompletionSource<MosquittoAck>? waiting;
            lock (_lock)
                _waiting.Remove(ack.MessageId, out waiting);
            waiting?.TrySetResult(ack);
        }

        End();
    }

    private Task<MosquittoAck> Send(Func<int> send)
    {
        var waiting = new TaskCompletionSource<MosquittoAck>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_isOver)
                return Task.FromException<MosquittoAck>(new MqttSessionEndedException());

            // The answer may be there before the call returns its id; the pump waits at the lock until it is known.
            try
            {
                _waiting[send()] = waiting;
            }
            catch (MosquittoException error) when (error.Fault == MosquittoFault.Network)
            {
                return Task.FromException<MosquittoAck>(new MqttSessionEndedException());
            }
        }

        return waiting.Task;
    }

    private void End()
    {
        TaskCompletionSource<MosquittoAck>[] waiting;
        lock (_lock)
        {
            _isOver = true;
            waiting = [.. _waiting.Values];
            _waiting.Clear();
        }

        foreach (var one in waiting)
            one.TrySetException(new MqttSessionEndedException());
        _ended.Cancel();
    }
}
