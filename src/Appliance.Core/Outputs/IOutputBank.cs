namespace Appliance.Core.Outputs;

/// <summary>Name of an output on this box: a relay, a siren, a strobe.</summary>
public readonly record struct OutputId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>What an output does now and until when.</summary>
/// <param name="Id">Which.</param>
/// <param name="Active">
/// Whether it is energised (logical state: polarity is applied below). A pattern counts as one activation: active from its first
/// flash to its last.
/// </param>
/// <param name="Since">When it last changed, UTC.</param>
/// <param name="Until">When it falls back by itself; null = until told.</param>
/// <param name="Reason">Who or what switched it last.</param>
/// <param name="Override">The person who holds it; null = nobody does.</param>
public sealed record OutputState(
    OutputId Id, bool Active, DateTimeOffset Since, DateTimeOffset? Until, string Reason, OutputOverride? Override = null);

/// <summary>A person holds an output on or off; nobody else can switch it meanwhile.</summary>
/// <param name="Active">What it is held at. On ends at the maximum on-time all the same.</param>
/// <param name="By">Who.</param>
/// <param name="Until">When it ends by itself, UTC; the output is off then.</param>
public sealed record OutputOverride(bool Active, string By, DateTimeOffset Until);

/// <summary>The lines of one driver: GPIO character device or simulated. Set is immediate and never waits for disk or network.</summary>
public interface IOutputDriver : IDisposable
{
    /// <summary>Physical level per line index as the driver was opened with; true = active (polarity applied).</summary>
    void Set(int line, bool active);

    bool Get(int line);
}

/// <summary>
/// The box's outputs with what no command can exceed: maximum on-time, minimum off-time, interlocks, a person's override and the
/// defined state at start and stop. Commands of rules, people and other systems come through <see cref="IOutputCommands"/>.
/// </summary>
public interface IOutputBank
{
    IReadOnlyList<OutputState> States { get; }

    /// <summary>Does it at once, as far as the output's limits allow; says what became of it.</summary>
    OutputAnswer Do(OutputId id, in OutputAction action, string reason);

    /// <summary>Holds it on or off for a while; replaces an override that runs.</summary>
    OutputAnswer Override(OutputId id, bool active, TimeSpan length, string by);

    /// <summary>Ends an override early; the output is off then.</summary>
    OutputAnswer Release(OutputId id, string by);

    /// <summary>Raised after each change, on the thread that made it; handlers must not block.</summary>
    event Action<OutputState>? Changed;
}

/// <summary>The two everyday actions by name.</summary>
public static class OutputBankActions
{
    /// <summary>Switches on for <paramref name="duration"/>, at most the output's maximum on-time. False: no such output.</summary>
    public static bool Pulse(this IOutputBank bank, OutputId id, TimeSpan duration, string reason) =>
        bank.Do(id, OutputAction.Pulse(duration), reason).Verdict != OutputVerdict.Unknown;

    /// <summary>Holds on (until maximum on-time) or off. False: no such output.</summary>
    public static bool Set(this IOutputBank bank, OutputId id, bool active, string reason) =>
        bank.Do(id, active ? OutputAction.On : OutputAction.Off, reason).Verdict != OutputVerdict.Unknown;
}
