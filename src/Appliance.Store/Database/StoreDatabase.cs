using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Appliance.Store.Database;

/// <summary>The one file <c>watchpost.db</c>: checked, migrated, written by one thread and read by several.</summary>
internal sealed class StoreDatabase : IAsyncDisposable
{
    private const int PageBytes = 4096;

    private readonly FolderLock _lock;
    private readonly Readers _readers;

    private StoreDatabase(string path, FolderLock folderLock, Session session, StoreOptions options, TimeProvider clock, ILogger logger)
    {
        Path = path;
        _lock = folderLock;
        Reserve = new(options.DataDirectory, options.ReserveBytes);
        Writer = new(path, session, Reserve, clock, logger);
        _readers = new(path, options.Readers);
    }

    internal string Path { get; }

    internal Writer Writer { get; }

    internal DiskReserve Reserve { get; }

    /// <summary>Bytes written since the start, to the log and from there to the file.</summary>
    internal long BytesWritten => Writer.PagesWritten * PageBytes;

    /// <summary>
    /// Opens, checks and migrates. <paramref name="prepare"/> runs on the still single connection before the writer starts.
    /// </summary>
    /// <exception cref="StoreException">Not writable, in use, or written by a newer program.</exception>
    internal static StoreDatabase Open(
        StoreOptions options, TimeProvider clock, ILogger logger, Action<Session> prepare)
    {
        SqliteLibrary.Require();
        var path = System.IO.Path.Combine(options.DataDirectory, "watchpost.db");
        var folderLock = FolderLock.Take(options.DataDirectory);
        Session? session = null;
        try
        {
            session = OpenFile(path, options, clock, logger);
            prepare(session);
            var database = new StoreDatabase(path, folderLock, session, options, clock, logger);
            database.Reserve.TryRestore();
            return database;
        }
        catch (Exception error)
        {
            session?.Dispose();
            folderLock.Dispose();
            if (StoreErrors.From(error, path) is { } fault && fault != error)
                throw fault;
            throw;
        }
    }

    internal Task<T> Read<T>(Func<Session, T> work, CancellationToken cancel) => _readers.Read(work, cancel);

    internal Task<T> Write<T>(Func<WriteContext, T> work, CancellationToken cancel) => Writer.Write(work, cancel);

    internal Task Write(Action<WriteContext> work, CancellationToken cancel) => Writer.Write(work, cancel);

    internal static long LengthOf(string path) => new FileInfo(path) is { Exists: true, Length: var bytes } ? bytes : 0;

    public async ValueTask DisposeAsync()
    {
        _readers.Dispose();
        await Writer.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
    }

    private static Session OpenFile(string path, StoreOptions options, TimeProvider clock, ILogger logger)
    {
        if (File.Exists(path) && Damage(path) is { } damage)
            logger.DatabaseSetAside(damage, SetAside.Move(path, clock.GetUtcNow()));
        var isNew = !File.Exists(path);
        if (isNew)
            DurableFile.Create(path).Dispose();

        var session = Session.Open(path);
        try
        {
            if (LengthOf(path) == 0)
                session.Run($"PRAGMA page_size = {PageBytes}; PRAGMA auto_vacuum = INCREMENTAL");
            session.Run("PRAGMA journal_mode = WAL");
            session.Run("PRAGMA synchronous = FULL");
            session.Run("PRAGMA wal_autocheckpoint = 0");
            session.Run("PRAGMA journal_size_limit = 67108864");
            if (options.MaxDatabaseBytes > 0)
                session.Run($"PRAGMA max_page_count = {Math.Max(options.MaxDatabaseBytes, 1 << 20) / PageBytes}");
            var before = Migrator.Migrate(session);
            if (before != Migrator.Newest)
                logger.DatabaseMigrated(before, Migrator.Newest);
            if (isNew)
                DurableFile.SyncFolder(System.IO.Path.GetDirectoryName(path)!);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Null = sound. A newer schema is refused here, before anything could be touched.</summary>
    private static string? Damage(string path)
    {
        try
        {
            using var session = Session.Open(path);
            Migrator.Check((int)session.Number("PRAGMA user_version"));
            return IntegrityCheck.Run(session, full: false);
        }
        catch (SqliteException error) when (StoreErrors.From(error, path) is { Fault: StoreFault.Corrupt } fault)
        {
            return fault.Message;
        }
    }
}
