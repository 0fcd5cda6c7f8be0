namespace Appliance.Fabric;

/// <summary>Where events begin; with neither, at the next block.</summary>
public sealed record ChaincodeEventsOptions
{
    /// <summary>First block to look into.</summary>
    public ulong? StartBlock { get; init; }

    /// <summary>Goes on after what was dealt with before; counts more than <see cref="StartBlock"/>.</summary>
    public Checkpoint? Checkpoint { get; init; }
}
