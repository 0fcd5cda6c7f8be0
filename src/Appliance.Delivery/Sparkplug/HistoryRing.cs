namespace Appliance.Delivery.Sparkplug;

/// <summary>Values that came about while nobody could be told: in memory, in order, the oldest give way. Not thread-safe.</summary>
internal sealed class HistoryRing(int capacity)
{
    private readonly Queue<(MetricSource Source, MetricChange Change)> _entries = new();

    /// <summary>Values lost because the ring was full.</summary>
    public long Dropped { get; private set; }

    public int Count => _entries.Count;

    public void Add(MetricSource source, in MetricChange change)
    {
        if (capacity == 0)
            return;

        if (_entries.Count == capacity)
        {
            _entries.Dequeue();
            Dropped++;
        }

        _entries.Enqueue((source, change));
    }

    /// <summary>Takes up to <paramref name="limit"/> values of a source, oldest first.</summary>
    public void Take(MetricSource source, int limit, List<MetricChange> into)
    {
        for (var left = _entries.Count; left > 0; left--)
        {
            var entry = _entries.Dequeue();
            if (entry.Source == source && into.Count < limit)
                into.Add(entry.Change);
            else
                _entries.Enqueue(entry);
        }
    }

    /// <summary>Forgets a source that is no more.</summary>
    public void Remove(MetricSource source)
    {
        for (var left = _entries.Count; left > 0; left--)
        {
            var entry = _entries.Dequeue();
            if (entry.Source != source)
                _entries.Enqueue(entry);
        }
    }
}
