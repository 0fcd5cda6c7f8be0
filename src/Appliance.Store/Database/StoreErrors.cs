using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Appliance.Store.Database;

/// <summary>The one place where a fault of SQLite or the disk gets its plain reason.</summary>
internal static class StoreErrors
{
    // errno of EROFS, as .NET keeps it in HResult on Linux.
    private const int ReadOnlyFileSystem = 30;

    /// <summary>Null: not a fault of the world but a bug, which is to be seen as it is.</summary>
    internal static StoreException? From(Exception error, string path) => error switch
    {
        StoreException known => known,
        SqliteException sqlite => From(sqlite, path),
        UnauthorizedAccessException => new(StoreFault.ReadOnly, $"{path} cannot be written: {error.Message}", error),
        IOException io when IsDiskFull(io) => new(StoreFault.DiskFull, $"no room left on the disk of {path}", io),
        IOException { HResult: ReadOnlyFileSystem } io => new(StoreFault.ReadOnly, $"{path} is on a read-only file system", io),
        IOException io => new(StoreFault.Io, $"{path}: {io.Message}", io),
        _ => null,
    };

    // errno of ENOSPC and EDQUOT, as .NET keeps it in HResult on Linux.
    internal static bool IsDiskFull(IOException error) => error.HResult is 28 or 122;

    private static StoreException? From(SqliteException error, string path) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new(StoreFault.DiskFull, $"no room left for {path} (disk full, or its size limit is reached)", error),
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH =>
            new(StoreFault.ReadOnly, $"{path} cannot be written: read-only file or file system", error),
        raw.SQLITE_CANTOPEN => new(StoreFault.ReadOnly, $"{path} cannot be opened: missing folder or no permission", error),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new(StoreFault.Corrupt, $"{path} is damaged: {error.Message}", error),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(StoreFault.InUse, $"{path} is locked by another process", error),
        raw.SQLITE_IOERR or raw.SQLITE_PROTOCOL or raw.SQLITE_NOLFS =>
            new(StoreFault.Io, $"reading or writing {path} failed ({error.SqliteExtendedErrorCode}): {error.Message}", error),
        _ => null,
    };
}
