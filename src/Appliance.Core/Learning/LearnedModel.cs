namespace Appliance.Core.Learning;

/// <summary>Where a model stands.</summary>
public enum ModelState
{
    /// <summary>Says what it would have said; nothing follows from it.</summary>
    Shadow,

    /// <summary>In use.</summary>
    Live,

    /// <summary>Was in use, or never was; kept to go back to.</summary>
    Retired,

    /// <summary>Worse than what was there.</summary>
    Refused,
}

/// <summary>One version of a head.</summary>
public sealed record LearnedModel
{
    /// <summary>A ULID.</summary>
    public required string Id { get; init; }

    /// <summary>Which head: <c>calib</c>, <c>adapter</c>, <c>liveness</c>.</summary>
    public required string Head { get; init; }

    /// <summary>The version that was live before; empty = none.</summary>
    public string Parent { get; init; } = "";

    /// <summary>SHA-256 of the parameters (32-bit floats, little-endian, in the order of the contract), hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary><c>local</c>, or <c>run N round M</c>.</summary>
    public required string Origin { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required ModelState State { get; init; }

    /// <summary>When it came into its state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Why.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Figures by name, e.g. <c>holdout_loss</c>.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    public required float[] Parameters { get; init; }
}

/// <summary>What happened in one round, for the audit: no samples, no parameters.</summary>
public sealed record LearningRound
{
    public required DateTimeOffset At { get; init; }

    /// <summary>Of Flower, 0 = none; a text because it takes all 64 bits.</summary>
    public required string Run { get; init; }

    public required long Round { get; init; }

    /// <summary><c>train</c>, <c>evaluate</c> or <c>local</c>.</summary>
    public required string Kind { get; init; }

    public required string Head { get; init; }

    public required long Examples { get; init; }

    /// <summary>Length of the update before and after clipping.</summary>
    public double Norm { get; init; }

    public double SentNorm { get; init; }

    public double Loss { get; init; }

    public long BytesSent { get; init; }

    public long BytesReceived { get; init; }

    /// <summary>Processor time of the work.</summary>
    public double CpuSeconds { get; init; }

    /// <summary>SHA-256 of what was sent; empty = nothing was.</summary>
    public string UpdateHash { get; init; } = "";

    /// <summary><c>done</c>, or why not.</summary>
    public required string Outcome { get; init; }
}
