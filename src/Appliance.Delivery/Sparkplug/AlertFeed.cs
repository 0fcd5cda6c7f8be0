using Appliance.Core.Alerts;

namespace Appliance.Delivery.Sparkplug;

/// <summary>
/// Tells SCADA of alerts from their outbox, so that none is lost over outages and power cuts. Sparkplug's data have no
/// acknowledgement: a batch counts as told when the broker answered a question that was sent after it. Counts are exact, because they
/// are stored between that answer and the rows' completion; an alert that is told twice carries the same count.
/// </summary>
internal sealed class AlertFeed(
    IOutbox outbox, INodeMemory memory, NodeModel model, TimeSpan activeFor, TimeProvider clock, Action changed) : IDisposable
{
    private const int BatchSize = 100;

    private readonly Dictionary<string, AlertTally> _tallies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AlertTally> _changed = new(StringComparer.Ordinal);
    private readonly List<(Alert Alert, AlertTally Tally, long Total)> _past = [];
    private readonly ActiveAlerts _active = new(model, activeFor, clock, changed);
    private bool _isLoaded;

    /// <summary>Alerts told since start.</summary>
    public long Told { get; private set; }

    public ValueTask WaitForMore(CancellationToken cancel) => outbox.WaitForMore(cancel);

    public void Dispose() => _active.Dispose();

    /// <summary>Brings back what was counted before this run.</summary>
    public async Task Load(CancellationToken cancel)
    {
        if (_isLoaded)
            return;

        foreach (var tally in await memory.Tallies(cancel).ConfigureAwait(false))
            _tallies[tally.Camera] = tally;
        foreach (var tally in _tallies.Values.OrderBy(tally => tally.LastSeq))
            model.TakeTally(tally, Total(), null);
        if (_tallies.Count == 0)
            model.Set(model.Node, "Alert/Count", MetricValue.Of(0L));
        _isLoaded = true;
    }

    /// <summary>Tells the next alerts; false: there are none.</summary>
    /// <param name="publisher">Of a session with births.</param>
    /// <param name="fence">Completes when the broker has taken all that was published before.</param>
    /// <param name="cancel">Stops between steps.</param>
    public async Task<bool> Tell(SparkplugPublisher publisher, Func<Task> fence, CancellationToken cancel)
    {
        var items = await outbox.Read(0, BatchSize, cancel).ConfigureAwait(false);
        if (items.Count == 0)
            return false;

        _changed.Clear();
        _past.Clear();
        foreach (var item in items)
            Count(item.Alert, publisher.BornAt ?? DateTimeOffset.MaxValue);
        await publisher.PublishHistory(_past).ConfigureAwait(false);
        if (_past.Count > 0)
        {
            foreach (var tally in _changed.Values.OrderBy(tally => tally.LastSeq))
                model.TakeTally(tally, Total(), null);
        }

        await publisher.PublishChanges().ConfigureAwait(false);
        await fence().ConfigureAwait(false);

        await memory.Save(_changed.Values, CancellationToken.None).ConfigureAwait(false);
        foreach (var tally in _changed.Values)
            _tallies[tally.Camera] = tally;
        _changed.Clear();
        await outbox.Complete([.. items.Select(item => item.RowId)], CancellationToken.None).ConfigureAwait(false);
        Told += items.Count;
        return true;
    }

    private void Count(Alert alert, DateTimeOffset bornAt)
    {
        var camera = alert.Camera.Value;
        var before = _changed.GetValueOrDefault(camera) ?? _tallies.GetValueOrDefault(camera);
        var tally = new AlertTally(
            camera, (before?.Count ?? 0) + 1, alert.Seq, alert.Id.Value, alert.Kind, alert.Match?.Similarity ?? alert.DetectionScore);
        if (before is not null && alert.Seq <= before.LastSeq)
        {
            // Told before, and wanted again, or cut off before its row was completed: the numbers stand.
            _past.Add((alert, tally with { Count = before.Count }, Total()));
            return;
        }

        _changed[camera] = tally;
        var total = Total();
        if (alert.Utc < bornAt)
            _past.Add((alert, tally, total));
        else
            model.TakeTally(tally, total, alert.Utc);
        _active.Raise(alert);
    }

    private long Total() =>
        _tallies.Values.Where(tally => !_changed.ContainsKey(tally.Camera)).Sum(tally => tally.Count) + _changed.Values.Sum(tally => tally.Count);
}
