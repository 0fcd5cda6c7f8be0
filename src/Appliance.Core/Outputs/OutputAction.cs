namespace Appliance.Core.Outputs;

/// <summary>The ways to switch an output.</summary>
public enum OutputActionKind
{
    Off,

    /// <summary>Until the maximum on-time or told otherwise.</summary>
    On,

    /// <summary>For a duration; never shortens what is running already.</summary>
    Pulse,

    /// <summary>A pattern of flashes.</summary>
    Play,
}

/// <summary>What an output is asked to do.</summary>
public readonly record struct OutputAction
{
    private OutputAction(OutputActionKind kind, TimeSpan duration = default, OutputPattern? pattern = null) =>
        (Kind, Duration, Pattern) = (kind, duration, pattern);

    public static OutputAction Off => new(OutputActionKind.Off);

    public static OutputAction On => new(OutputActionKind.On);

    public OutputActionKind Kind { get; }

    /// <summary>Of a pulse; for a pattern its whole length.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Of <see cref="OutputActionKind.Play"/>.</summary>
    public OutputPattern? Pattern { get; }

    /// <exception cref="ArgumentOutOfRangeException">Not longer than nothing.</exception>
    public static OutputAction Pulse(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        return new(OutputActionKind.Pulse, duration);
    }

    public static OutputAction Play(OutputPattern pattern) => new(OutputActionKind.Play, pattern.Length, pattern);

    public override string ToString() => Kind switch
    {
        OutputActionKind.Pulse => FormattableString.Invariant($"pulse of {Duration.TotalSeconds:0.###} s"),
        OutputActionKind.Play => $"pattern {Pattern}",
        OutputActionKind.On => "on",
        _ => "off",
    };
}
