using Microsoft.Data.Sqlite;

namespace Appliance.Store.Database;

internal sealed partial class Writer
{
    /// <summary>One transaction for all; afterwards every job is durable or carries its error. Never throws.</summary>
    private void Commit(List<WriteJob> batch)
    {
        var fault = Attempt(batch);
        if (fault is { Fault: StoreFault.DiskFull } && _reserve.TryRelease())
        {
            _logger.ReserveReleased();
            fault = Attempt(batch);
        }

        if (fault is not null)
            fault = OneByOne(batch, fault);
        Note(fault, batch.Count);
    }

    /// <summary>A photo that finds no room must not take with it the alert beside it. Returns the last fault, if any is left.</summary>
    private StoreException? OneByOne(List<WriteJob> batch, StoreException fault)
    {
        if (batch.Count == 1)
        {
            batch[0].Break(fault);
            return fault;
        }

        StoreException? last = null;
        foreach (var job in batch)
        {
            if (Attempt([job]) is not { } own)
                continue;
            job.Break(own);
            last = own;
        }

        return last;
    }

    /// <summary>Null = committed. A job's own fault stays with the job; what is returned broke all of them.</summary>
    private StoreException? Attempt(List<WriteJob> batch)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            foreach (var job in batch)
                Apply(job);
            BeforeCommit?.Invoke();
            _session.Execute("COMMIT");
            return null;
        }
        catch (Exception error)
        {
            RollBack();
            return StoreErrors.From(error, _path) ?? new StoreException(StoreFault.Io, $"{_path}: {error.Message}", error);
        }
    }

    private void Apply(WriteJob job)
    {
        _context.Enter(job);
        _session.Execute("SAVEPOINT job");
        try
        {
            job.Apply(_context);
        }
        catch (Exception error) when (_session.InTransaction && !IsFaultOfTheFile(error))
        {
            _session.Execute("ROLLBACK TO job");
            job.Break(error);
        }

        _session.Execute("RELEASE job");
    }

    // A full or broken disk concerns every job of the transaction.
    private bool IsFaultOfTheFile(Exception error) => error is SqliteException && StoreErrors.From(error, _path) is not null;

    private void RollBack()
    {
        if (!_session.InTransaction)
            return;
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (SqliteException error)
        {
            // SQLite rolls back by itself on such faults; a second report would hide the first.
            _logger.RollbackFailed(error.Message);
        }
    }

    private void Note(StoreException? fault, int jobs)
    {
        if (Figures.Committed(fault, jobs, _session.PagesWritten) is not { } change)
            return;
        if (change.Length > 0)
            _logger.WriteFailed(change);
        else
            _logger.WritesAgain();
    }
}
