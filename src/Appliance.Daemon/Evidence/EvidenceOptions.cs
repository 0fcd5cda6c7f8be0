using System.ComponentModel.DataAnnotations;
using Appliance.Delivery.Ipfs;

namespace Appliance.Daemon.Evidence;

/// <summary>What is kept of an alert, and for how long.</summary>
public sealed class EvidenceOptions
{
    /// <summary>Keep evidence (clip, snapshot, face, tracks, signed manifest) of every alert whose rule does not say otherwise.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Video before the alert (0 to 60 s); the camera's PreRollSeconds must be at least as long.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan PreRoll { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Video after the alert (0 to 5 min).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan PostRoll { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long artefacts are kept (1 hour to 3650 days); alerts have their own retention.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Other retention for single categories of the watchlist or kinds of alert; the first that fits counts.</summary>
    public IReadOnlyList<EvidenceRetention> Retentions { get; init; } = [];

    /// <summary>Most bytes of artefacts on disk (0 = no limit of its own); the oldest that is not under legal hold goes first.</summary>
    [Range(0, long.MaxValue)]
    public long MaxBytes { get; init; } = 8L << 30;

    /// <summary>Free space of the disk that evidence leaves to alerts, in bytes.</summary>
    [Range(0, long.MaxValue)]
    public long MinFreeBytes { get; init; } = 256L << 20;

    /// <summary>Longest a batch of the evidence log stays open (1 s to 1 h); at 1,000 manifests or a critical alert it closes at once.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan BatchInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Latitude of the box in degrees (WGS 84); empty = unknown.</summary>
    [Range(-90.0, 90.0)]
    public double? Latitude { get; init; }

    /// <summary>Longitude of the box in degrees (WGS 84); empty = unknown.</summary>
    [Range(-180.0, 180.0)]
    public double? Longitude { get; init; }

    /// <summary>Optional copies on an IPFS node.</summary>
    public IpfsOptions Ipfs { get; init; } = new();

    /// <summary>How long the evidence of such an alert is kept.</summary>
    public TimeSpan RetentionOf(Core.Alerts.Alert alert) =>
        Retentions.FirstOrDefault(one =>
            string.Equals(one.Category, alert.Match?.Category ?? alert.Kind, StringComparison.OrdinalIgnoreCase))?.Retention ?? Retention;
}

/// <summary>Retention of one category.</summary>
public sealed class EvidenceRetention
{
    /// <summary>Category of the person, or the alert's kind for alerts without one.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string Category { get; init; } = "";

    /// <summary>How long artefacts are kept (1 hour to 3650 days).</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);
}
