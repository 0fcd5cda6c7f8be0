namespace Appliance.Store.Database;

/// <summary>What the writer has done; written by its thread, read by health.</summary>
internal sealed class WriterFigures
{
    private readonly Lock _lock = new();
    private long _pagesAtCheckpoint;
    private long _pagesCheckpointed;
    private long _pagesLogged;
    private long _commits;
    private long _writes;
    private string? _fault;
    private DateTimeOffset? _lastCheckpoint;

    internal long PagesWritten
    {
        get
        {
            lock (_lock)
                return _pagesLogged + _pagesCheckpointed;
        }
    }

    internal (long Commits, long Writes, string? Fault, DateTimeOffset? LastCheckpoint) Read()
    {
        lock (_lock)
            return (_commits, _writes, _fault, _lastCheckpoint);
    }

    /// <summary>Returns the reason (empty = well again) when it differs from before, else null.</summary>
    internal string? Committed(StoreException? fault, int jobs, long pagesLogged)
    {
        lock (_lock)
        {
            _pagesLogged = pagesLogged;
            var changed = fault?.Message != _fault;
            _fault = fault?.Message;
            if (fault is null)
            {
                _commits++;
                _writes += jobs;
            }

            return changed ? _fault ?? "" : null;
        }
    }

    internal long PagesSinceCheckpoint(long pagesWritten) => pagesWritten - _pagesAtCheckpoint;

    internal void Checkpointed(DateTimeOffset now, long pagesWritten, long pages)
    {
        lock (_lock)
        {
            _lastCheckpoint = now;
            _pagesAtCheckpoint = pagesWritten;
            _pagesCheckpointed += pages;
        }
    }
}
