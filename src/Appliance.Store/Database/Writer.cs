using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Appliance.Store.Database;

/// <summary>
/// The only connection that writes, on its own thread. Changes that wait while the disk syncs share the next transaction (group
/// commit); each has a savepoint, so one that fails takes no other with it. Callers are answered after the sync.
/// </summary>
internal sealed partial class Writer : IAsyncDisposable
{
    private const int MaxBatch = 512;
    private const int CheckpointPages = 1000;

    // Full = callers wait: changes are never dropped.
    private readonly Channel<WriteJob> _queue = Channel.CreateBounded<WriteJob>(
        new BoundedChannelOptions(4 * MaxBatch) { SingleReader = true });

    private readonly string _path;
    private readonly Session _session;
    private readonly WriteContext _context;
    private readonly DiskReserve _reserve;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Writer(string path, Session session, DiskReserve reserve, TimeProvider clock, ILogger logger)
    {
        (_path, _session, _reserve, _clock, _logger) = (path, session, reserve, clock, logger);
        _context = new(session);
        _thread = new(Work) { IsBackground = true, Name = "store writer" };
    }

    /// <summary>Runs in every transaction before its commit (the sequence file must be on disk first).</summary>
    internal Action? BeforeCommit { get; set; }

    internal WriterFigures Figures { get; } = new();

    /// <summary>Pages that went to the log, and from there to the file.</summary>
    internal long PagesWritten => Figures.PagesWritten;

    internal void Start() => _thread.Start();

    /// <summary>Queues a change; completes when it is durable. Cancelling gives up the wait, not the change.</summary>
    internal async Task<T> Write<T>(Func<WriteContext, T> work, CancellationToken cancel)
    {
        var job = new WriteJob<T>(work);
        try
        {
            await _queue.Writer.WriteAsync(job, cancel).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreException(StoreFault.Closed, "the store is closing", closed);
        }

        return await job.Done.WaitAsync(cancel).ConfigureAwait(false);
    }

    internal Task Write(Action<WriteContext> work, CancellationToken cancel) => Write(
        context =>
        {
            work(context);
            return true;
        },
        cancel);

    /// <summary>Writes what is queued, empties the log, closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (_thread.ThreadState.HasFlag(ThreadState.Unstarted))
            _stopped.TrySetResult();
        await _stopped.Task.ConfigureAwait(false);
        _session.Dispose();
    }

    private void Work()
    {
        var batch = new List<WriteJob>(MaxBatch);
        try
        {
            while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var job))
                    batch.Add(job);
                Commit(batch);
                Finish(batch);
                batch.Clear();
            }

            Checkpoint("TRUNCATE");
        }
        finally
        {
            _stopped.TrySetResult();
        }
    }

    private void Finish(List<WriteJob> batch)
    {
        if (_context.Erase)
            _context.Erase = !Erased();
        else if (Figures.PagesSinceCheckpoint(_session.PagesWritten) > CheckpointPages)
            Checkpoint("PASSIVE");

        foreach (var job in batch)
        {
            if (job is { Error: null, AfterCommit: { } actions })
                actions.ForEach(Call);
        }

        foreach (var job in batch)
            job.Finish();
    }

    // A listener's bug must not look like a write that failed: the change is durable.
    private void Call(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            _logger.ListenerFailed(error);
        }
    }

    private bool Erased()
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            if (Checkpoint("TRUNCATE"))
                return true;
        }

        _logger.EraseDelayed();
        return false;
    }

    /// <summary>False when readers were in the way or the disk failed; the log then stays as it is and loses nothing.</summary>
    private bool Checkpoint(string mode)
    {
        try
        {
            var (busy, pages) = _session.First(
                mode == "PASSIVE" ? "PRAGMA wal_checkpoint(PASSIVE)" : "PRAGMA wal_checkpoint(TRUNCATE)",
                row => (row.GetInt64(0), row.GetInt64(2)));
            Figures.Checkpointed(_clock.GetUtcNow(), _session.PagesWritten, Math.Max(0, pages));
            return busy == 0;
        }
        catch (SqliteException error)
        {
            _logger.CheckpointFailed(error.Message);
            return false;
        }
    }
}
