namespace Appliance.Delivery.Mqtt;

/// <summary>
/// What the broker should hold as retained messages. Keeps the last value per topic, sends what changed, and everything again
/// at the start of each session: a broker that lost its memory is right again as soon as it is back.
/// </summary>
internal sealed class RetainedTopics
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (byte[] Payload, string? ContentType)> _values = [];
    private readonly HashSet<string> _changed = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The topic's new value; an empty payload clears it at the broker. Unchanged values cost nothing.</summary>
    public void Set(MqttMessage message)
    {
        lock (_lock)
        {
            var payload = message.Payload.WrittenSpan;
            if (_values.TryGetValue(message.Topic, out var old) && payload.SequenceEqual(old.Payload))
                return;

            _values[message.Topic] = (payload.ToArray(), message.ContentType);
            _changed.Add(message.Topic);
            _more.TrySetResult();
        }
    }

    /// <summary>Forgets what the broker was told.</summary>
    public void AllChanged()
    {
        lock (_lock)
        {
            _changed.UnionWith(_values.Keys);
            _more.TrySetResult();
        }
    }

    /// <summary>Completes when a topic may have changed.</summary>
    public Task WaitForChange()
    {
        lock (_lock)
            return _changed.Count > 0 ? Task.CompletedTask : _more.Task;
    }

    /// <summary>Writes up to <paramref name="limit"/> changed topics into the batch; they count as told.</summary>
    public void Take(MqttBatch to, int limit)
    {
        lock (_lock)
        {
            foreach (var topic in _changed.Take(limit).ToArray())
            {
                _changed.Remove(topic);
                var (payload, contentType) = _values[topic];
                var message = to.Add();
                message.Topic = topic;
                message.Retain = true;
                message.ContentType = contentType;
                payload.CopyTo(message.Payload.GetSpan(payload.Length));
                message.Payload.Advance(payload.Length);
                // An emptied topic is said once and then forgotten.
                if (payload.Length == 0)
                    _values.Remove(topic);
            }

            if (_changed.Count == 0 && _more.Task.IsCompleted)
                _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>A topic taken was not accepted: it is to be said again, unless it changed meanwhile.</summary>
    public void PutBack(string topic)
    {
        lock (_lock)
        {
            if (_values.ContainsKey(topic) && _changed.Add(topic))
                _more.TrySetResult();
        }
    }
}
