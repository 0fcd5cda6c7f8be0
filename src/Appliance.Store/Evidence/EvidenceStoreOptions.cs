namespace Appliance.Store.Evidence;

/// <summary>What the store must know to keep evidence.</summary>
public sealed record EvidenceStoreOptions
{
    /// <summary>Whether new alerts get evidence at all.</summary>
    public bool Enabled { get; init; }

    /// <summary>Serial number of the box: it is in every batch header.</summary>
    public string Device { get; init; } = "";

    /// <summary>Most bytes of artefacts; the oldest that is not held goes first (0 = as much as the disk has).</summary>
    public long MaxBytes { get; init; }

    /// <summary>Free space that evidence leaves to alerts, in bytes.</summary>
    public long MinFreeBytes { get; init; } = 256 << 20;
}
