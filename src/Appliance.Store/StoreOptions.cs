using System.ComponentModel.DataAnnotations;

namespace Appliance.Store;

/// <summary>Where the box keeps what must survive, and for how long.</summary>
public sealed record StoreOptions
{
    /// <summary>Folder of the database, its keys and its sequence file; made with mode 0700 when absent.</summary>
    [Required]
    public string DataDirectory { get; init; } = "/var/lib/watchpost";

    /// <summary>Upper limit of the database file in bytes (0 = as large as the disk; otherwise at least 1 MiB).</summary>
    [Range(0, long.MaxValue)]
    public long MaxDatabaseBytes { get; init; }

    /// <summary>Connections that read beside the one that writes (1 to 16).</summary>
    [Range(1, 16)]
    public int Readers { get; init; } = 4;

    /// <summary>Space held back for alerts on a full disk, in bytes: given up when a write finds no room (0 = none).</summary>
    [Range(0, 1L << 30)]
    public long ReserveBytes { get; init; } = 8 << 20;

    /// <summary>Keep the enrolment photos (encrypted) so that a new model can be taught from them; false keeps templates only.</summary>
    public bool KeepPhotos { get; init; } = true;

    /// <summary>A verdict on an alert needs a second person who agrees.</summary>
    public bool TwoPersonConfirmation { get; init; }

    /// <summary>Names of the destinations that get one outbox row per alert, e.g. <c>mqtt.native</c>.</summary>
    public IReadOnlyList<string> Destinations { get; init; } = [];

    /// <summary>Evidence of alerts.</summary>
    public Evidence.EvidenceStoreOptions Evidence { get; init; } = new();

    /// <summary>Per destination, the consumers that must acknowledge an alert before its row leaves; none = the destination's word is enough.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RequiredConsumers { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>First pause before an alert that was not acknowledged is sent again; doubles from there.</summary>
    public TimeSpan RedeliverAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest such pause.</summary>
    public TimeSpan RedeliverLongest { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long alerts, their reviews and their delivered outbox rows are kept (1 to 3650 days).</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan AlertRetention { get; init; } = TimeSpan.FromDays(365);

    /// <summary>
    /// After that a row nobody took is given up, which is reported as an event (1 to 3650 days). Alerts with waiting rows are
    /// never pruned before.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan OutboxRetention { get; init; } = TimeSpan.FromDays(90);
}
