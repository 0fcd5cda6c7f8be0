namespace Appliance.Core.Outputs;

/// <summary>Name of an output on this box: a relay, a siren, a strobe.</summary>
public readonly record struct OutputId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>What an output does now and until when.</summary>
/// <param name="Id">Which.</param>
/// <param name="Active">Whether it is energised (logical state: polarity is applied below).</param>
/// <param name="Since">When it last changed, UTC.</param>
/// <param name="Until">When it falls back by itself; null = until told.</param>
/// <param name="Reason">Who or what switched it last.</param>
public sealed record OutputState(OutputId Id, bool Active, DateTimeOffset Since, DateTimeOffset? Until, string Reason);

/// <summary>The lines of one driver: GPIO character device or simulated. Set is immediate and never waits for disk or network.</summary>
public interface IOutputDriver : IDisposable
{
    /// <summary>Physical level per line index as the driver was opened with; true = active (polarity applied).</summary>
    void Set(int line, bool active);

    bool Get(int line);
}

/// <summary>The box's outputs with their limits (maximum on-time, defined state at start and stop).</summary>
public interface IOutputBank
{
    IReadOnlyList<OutputState> States { get; }

    /// <summary>Switches on for <paramref name="duration"/>, at most the output's maximum on-time. False: no such output.</summary>
    bool Pulse(OutputId id, TimeSpan duration, string reason);

    /// <summary>Holds on (until maximum on-time) or off. False: no such output.</summary>
    bool Set(OutputId id, bool active, string reason);

    /// <summary>Raised after each change, on the thread that made it; handlers must not block.</summary>
    event Action<OutputState>? Changed;
}
