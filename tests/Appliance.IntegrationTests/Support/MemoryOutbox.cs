using System.Threading.Channels;
using Appliance.Core.Alerts;

namespace Appliance.IntegrationTests.Support;

/// <summary>An outbox in memory, with what a test wants to see of its use.</summary>
public sealed class MemoryOutbox(string destination = "mqtt.native") : IOutbox
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, Alert> _rows = [];
    private readonly Channel<bool> _added = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastRow;

    public string Destination => destination;

    public long Depth
    {
        get
        {
            lock (_lock)
                return _rows.Count;
        }
    }

    /// <summary>How many calls of <see cref="Complete"/> there were.</summary>
    public int Completions { get; private set; }

    /// <summary>What the next calls of <see cref="Complete"/> throw first.</summary>
    public Queue<Exception> CompletionFaults { get; } = new();

    public void Add(params IEnumerable<Alert> alerts)
    {
        lock (_lock)
        {
            if (_empty.Task.IsCompleted)
                _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (var alert in alerts)
                _rows.Add(++_lastRow, alert);
        }

        _added.Writer.TryWrite(true);
    }

    /// <summary>Completes when every row was completed.</summary>
    public Task WhenEmpty()
    {
        lock (_lock)
            return _rows.Count == 0 ? Task.CompletedTask : _empty.Task.WaitAsync(TimeSpan.FromMinutes(3));
    }

    public ValueTask<IReadOnlyList<OutboxItem>> Read(long afterRowId, int limit, CancellationToken cancel)
    {
        lock (_lock)
        {
            return new([.. _rows.Where(row => row.Key > afterRowId).Take(limit).Select(row => new OutboxItem(row.Key, row.Value, 0))]);
        }
    }

    public ValueTask Complete(IReadOnlyCollection<long> rowIds, CancellationToken cancel)
    {
        lock (_lock)
        {
            if (CompletionFaults.TryDequeue(out var fault))
                throw fault;

            Completions++;
            foreach (var id in rowIds)
                Assert.True(_rows.Remove(id), $"row {id} was completed twice or never existed");
            if (_rows.Count == 0)
                _empty.TrySetResult();
        }

        return default;
    }

    public async ValueTask WaitForMore(CancellationToken cancel) => await _added.Reader.ReadAsync(cancel);
}
