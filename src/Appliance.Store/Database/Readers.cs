using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Database;

/// <summary>A few connections that read beside the writer; each read sees one state of the database.</summary>
internal sealed class Readers(string path, int count) : IDisposable
{
    private readonly SemaphoreSlim _free = new(count, count);
    private readonly ConcurrentBag<Session> _idle = [];

    /// <summary>Runs a short read on a pool thread: a long one keeps the log from being emptied.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    internal async Task<T> Read<T>(Func<Session, T> work, CancellationToken cancel)
    {
        await _free.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Run(work), cancel).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var session))
            session.Dispose();
    }

    private T Run<T>(Func<Session, T> work)
    {
        Session? session = null;
        try
        {
            if (!_idle.TryTake(out session))
            {
                session = Session.Open(path);
                session.Run("PRAGMA query_only = ON");
            }

            session.Execute("BEGIN");
            try
            {
                return work(session);
            }
            finally
            {
                session.Execute("COMMIT");
                _idle.Add(session);
                session = null;
            }
        }
        catch (SqliteException error) when (StoreErrors.From(error, path) is { } fault)
        {
            throw fault;
        }
        finally
        {
            session?.Dispose();
        }
    }
}
