namespace Appliance.Store;

/// <summary>How the store is doing.</summary>
public sealed record StoreHealth
{
    /// <summary>False when the last write failed; <see cref="Fault"/> says why.</summary>
    public required bool IsWritable { get; init; }

    /// <summary>The last fault that still stands; null = none.</summary>
    public string? Fault { get; init; }

    /// <summary>Version of libsqlite3.</summary>
    public required string Library { get; init; }

    /// <summary>Bytes of the database file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Bytes of its write-ahead log.</summary>
    public required long WalBytes { get; init; }

    /// <summary>UTC; null = none since the start.</summary>
    public DateTimeOffset? LastCheckpoint { get; init; }

    /// <summary>Bytes free on its disk.</summary>
    public required long FreeBytes { get; init; }

    /// <summary>Whether the space held back for alerts is still there.</summary>
    public required bool ReserveIntact { get; init; }

    /// <summary>Bytes written to the disk since the start (log and file).</summary>
    public required long BytesWritten { get; init; }

    /// <summary>Transactions since the start.</summary>
    public required long Commits { get; init; }

    /// <summary>Changes in them: how well group commit works.</summary>
    public required long Writes { get; init; }

    /// <summary>Damaged databases that were set aside and still lie in the folder, by file name.</summary>
    public IReadOnlyList<string> SetAside { get; init; } = [];

    /// <summary>Records that no key opens.</summary>
    public long Unreadable { get; init; }

    /// <summary>Where the key is from (<c>file</c> or <c>systemd credential</c>), and whether a rotation is under way.</summary>
    public required string Keys { get; init; }

    /// <summary>Rows waiting per destination.</summary>
    public IReadOnlyDictionary<string, long> Outbox { get; init; } = new Dictionary<string, long>();
}
