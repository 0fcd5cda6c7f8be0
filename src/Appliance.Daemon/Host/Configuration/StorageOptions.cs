using System.ComponentModel.DataAnnotations;
using Appliance.Store;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>What is kept on disk, and for how long. The folder is <see cref="IdentityOptions.DataDirectory"/>.</summary>
public sealed class StorageOptions
{
    /// <summary>Upper limit of the database file in bytes (0 = as large as the disk; otherwise at least 1 MiB).</summary>
    [Range(0, long.MaxValue)]
    public long MaxDatabaseBytes { get; init; }

    /// <summary>Space held back for alerts on a full disk, in bytes (0 = none, at most 1 GiB).</summary>
    [Range(0, 1L << 30)]
    public long ReserveBytes { get; init; } = 8 << 20;

    /// <summary>Keep the enrolment photos (encrypted) so that a new model can be taught from them; false keeps templates only.</summary>
    public bool KeepPhotos { get; init; } = true;

    /// <summary>A verdict on an alert needs a second person who agrees.</summary>
    public bool TwoPersonConfirmation { get; init; }

    /// <summary>How long alerts and their reviews are kept (1 to 3650 days).</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan AlertRetention { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How long an alert waits for a consumer that never takes it (1 to 3650 days); giving up is an event of its own.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan OutboxRetention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The same as the store wants it.</summary>
    public StoreOptions For(string dataDirectory, IReadOnlyList<string> destinations) => new()
    {
        DataDirectory = dataDirectory,
        Destinations = destinations,
        MaxDatabaseBytes = MaxDatabaseBytes,
        ReserveBytes = ReserveBytes,
        KeepPhotos = KeepPhotos,
        TwoPersonConfirmation = TwoPersonConfirmation,
        AlertRetention = AlertRetention,
        OutboxRetention = OutboxRetention,
    };
}
