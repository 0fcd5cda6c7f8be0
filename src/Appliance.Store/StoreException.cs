namespace Appliance.Store;

/// <summary>What went wrong, for those who act on it (health, HTTP status).</summary>
public enum StoreFault
{
    /// <summary>libsqlite3 is not installed.</summary>
    LibraryMissing,

    /// <summary>No room on the disk, or <see cref="StoreOptions.MaxDatabaseBytes"/> is reached.</summary>
    DiskFull,

    /// <summary>The folder or file cannot be written.</summary>
    ReadOnly,

    /// <summary>The file is damaged; the next start sets it aside.</summary>
    Corrupt,

    /// <summary>Written by a newer version of the program.</summary>
    NewerSchema,

    /// <summary>Another process has the data folder open.</summary>
    InUse,

    /// <summary>The key that sealed a record is not there.</summary>
    KeyMissing,

    /// <summary>A sealed record or bundle was changed, cut or moved, or the passphrase is wrong.</summary>
    Tampered,

    /// <summary>The operating system failed to read or write.</summary>
    Io,

    /// <summary>The store is closing.</summary>
    Closed,
}

/// <summary>A fault of the disk, the file or the keys, with a reason fit for an operator. Bugs are other exceptions.</summary>
public sealed class StoreException(StoreFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public StoreFault Fault { get; } = fault;
}
