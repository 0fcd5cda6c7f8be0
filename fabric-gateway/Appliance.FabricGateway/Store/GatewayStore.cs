using System.Reflection;
using Appliance.FabricGateway.Configuration;
using Appliance.Store;
using Appliance.Store.Database;

namespace Appliance.FabricGateway.Store;

/// <summary>
/// The companion's outbox, <c>gateway.db</c>: WAL, synchronous=FULL, one writing thread with group commit (the box's own writer).
/// What a method's task completes with is on disk. The command line works on the same file beside the running companion, with
/// <see cref="OperatorStore"/>.
/// </summary>
public sealed partial class GatewayStore : IAsyncDisposable
{
    public const string FileName = "gateway.db";

    // Given up when the disk is full, so that commits that are under way can still be written down.
    private const long ReserveBytes = 4 << 20;

    private static readonly Assembly s_scripts = typeof(GatewayStore).Assembly;

    private readonly FolderLock _lock;
    private readonly Writer _writer;
    private readonly Readers _readers;
    private readonly TimeProvider _clock;
    private readonly DiskReserve _reserve;
    private long _waiting;

    private GatewayStore(string path, FolderLock folderLock, Session session, TimeProvider clock, ILogger logger)
    {
        Path = path;
        _lock = folderLock;
        _clock = clock;
        _reserve = new(System.IO.Path.GetDirectoryName(path)!, ReserveBytes);
        _writer = new(path, session, _reserve, clock, logger);
        _readers = new(path, count: 2);
        _reserve.TryRestore();
        _waiting = session.Number("SELECT COUNT(*) FROM items WHERE state IN (0, 1)");
        _writer.Start();
    }

    public string Path { get; }

    /// <summary>Raised on the writer's thread after items were stored that wait for the ledger. Must not block.</summary>
    public event Action? ItemsAdded;

    /// <summary>Raised on the writer's thread when a box is to be told something over MQTT. Must not block.</summary>
    public event Action? NewsForBoxes;

    /// <summary>Why nothing can be written; null while all is well.</summary>
    public string? Fault => _writer.Figures.Read().Fault;

    /// <summary>Items that wait for the ledger, counted along; what the command line changed is seen with the next <see cref="Figures"/>.</summary>
    public long Waiting => Interlocked.Read(ref _waiting);

    /// <summary>Room left on its disk.</summary>
    public long FreeBytes => _reserve.FreeBytes();

    /// <summary>Opens and migrates; one process at a time.</summary>
    /// <exception cref="StoreException">Not writable, damaged, in use, or written by a newer program.</exception>
    public static GatewayStore Open(StorageOptions options, TimeProvider clock, ILogger logger)
    {
        SqliteLibrary.Require();
        var path = System.IO.Path.Combine(options.DataDirectory, FileName);
        var folderLock = FolderLock.Take(options.DataDirectory);
        try
        {
            return new(path, folderLock, OpenFile(path), clock, logger);
        }
        catch (Exception error)
        {
            folderLock.Dispose();
            if (StoreErrors.From(error, path) is { } fault && fault != error)
                throw fault;
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _readers.Dispose();
        await _writer.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
    }

    /// <summary>Opens the file beside whoever has it open; made and migrated when it is not there.</summary>
    internal static Session OpenFile(string path)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!, DurableFile.OwnerFolder);
            DurableFile.Create(path).Dispose();
        }

        // A damaged outbox is not set aside: it may hold envelopes whose fate only it can find out. The operator decides.
        var session = Session.Open(path);
        try
        {
            session.Run("PRAGMA journal_mode = WAL");
            session.Run("PRAGMA synchronous = FULL");
            session.Run("PRAGMA wal_autocheckpoint = 0");
            session.Run("PRAGMA cache_size = -4000");
            // Nothing here is secret, and overwriting what leaves would double the writes.
            session.Run("PRAGMA secure_delete = OFF");
            Migrator.Migrate(session, s_scripts);
            DurableFile.SyncFolder(System.IO.Path.GetDirectoryName(path)!);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    internal static long Now(TimeProvider clock) => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private Task<T> Write<T>(Func<WriteContext, T> work, CancellationToken cancel) => _writer.Write(work, cancel);

    private Task<T> Read<T>(Func<Session, T> work, CancellationToken cancel) => _readers.Read(work, cancel);

    private long Now() => Now(_clock);
}
