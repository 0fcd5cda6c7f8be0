using System.Threading.Channels;

namespace Appliance.Daemon.Pipeline;

/// <summary>Something that just happened, for those who watch.</summary>
/// <param name="Type">Name of the event: <c>alert</c>, <c>camera</c>, <c>output</c>, <c>track</c>, …</param>
/// <param name="Data">What is serialised.</param>
internal sealed record LiveEvent(string Type, object Data);

/// <summary>
/// Fans live events out to watchers (SSE, demo). A slow watcher loses its oldest events, never anyone's time; what must not
/// be lost is in the store.
/// </summary>
internal sealed class LiveFeed
{
    private const int PerWatcher = 256;
    private readonly Lock _gate = new();
    private Channel<LiveEvent>[] _watchers = [];
    private Channel<LiveEvent>[] _recorders = [];

    /// <summary>Whether building an event is worth it.</summary>
    public bool HasWatchers => Volatile.Read(ref _watchers).Length > 0;

    /// <summary>Takes tracks in more detail than watchers do, for consumers on the broker; null = there are none.</summary>
    public TrackReporter? Tracks { get; set; }

    public void Publish(LiveEvent happened)
    {
        foreach (var watcher in Volatile.Read(ref _watchers))
            watcher.Writer.TryWrite(happened);
    }

    /// <summary>Whether somebody takes down every frame.</summary>
    public bool IsRecorded => Volatile.Read(ref _recorders).Length > 0;

    /// <summary>An event for recordings only: there is one per frame.</summary>
    public void Record(LiveEvent happened)
    {
        foreach (var recorder in Volatile.Read(ref _recorders))
            recorder.Writer.TryWrite(happened);
    }

    /// <summary>All events from now until <paramref name="cancel"/>.</summary>
    /// <param name="cancel">Ends it.</param>
    /// <param name="recording">Also those that <see cref="Record"/> tells, which are many.</param>
    public async IAsyncEnumerable<LiveEvent> Watch(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel, bool recording = false)
    {
        var mine = Channel.CreateBounded<LiveEvent>(
            new BoundedChannelOptions(PerWatcher) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            _watchers = [.. _watchers, mine];
            if (recording)
                _recorders = [.. _recorders, mine];
        }

        try
        {
            await foreach (var happened in mine.Reader.ReadAllAsync(cancel))
                yield return happened;
        }
        finally
        {
            lock (_gate)
            {
                _watchers = [.. _watchers.Where(other => other != mine)];
                _recorders = [.. _recorders.Where(other => other != mine)];
            }
        }
    }
}
