namespace Appliance.Capture.Photos;

/// <summary>What a photo may cost. Checked against its header, before anything is decoded.</summary>
public sealed record PhotoLimits
{
    public static PhotoLimits Default { get; } = new();

    /// <summary>Largest file in bytes.</summary>
    public int MaxBytes { get; init; } = 20 << 20;

    /// <summary>Largest picture, width × height.</summary>
    public long MaxPixels { get; init; } = 32_000_000;

    /// <summary>Longest decoding time; a hostile file can be slow without being large.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(10);
}
