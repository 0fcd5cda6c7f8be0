namespace Appliance.Core.Outputs;

/// <summary>Who asks; what each may do differs.</summary>
public enum OutputSource
{
    /// <summary>An alert's rule, an input.</summary>
    Rule,

    /// <summary>A person over REST or the command line.</summary>
    Person,

    /// <summary>Another system over plain MQTT.</summary>
    Mqtt,

    /// <summary>Home Assistant.</summary>
    HomeAssistant,

    /// <summary>A SCADA host over Sparkplug B.</summary>
    Sparkplug,
}

/// <summary>What became of a command.</summary>
public enum OutputVerdict
{
    /// <summary>As asked.</summary>
    Done,

    /// <summary>Done, but shorter than asked: the maximum on-time.</summary>
    Limited,

    /// <summary>Will be done when the minimum off-time is over.</summary>
    Waiting,

    /// <summary>Not done: interlock, override, inhibition, not allowed for this source, too many commands.</summary>
    Refused,

    /// <summary>No such output or group.</summary>
    Unknown,
}

/// <summary>The answer to a command.</summary>
/// <param name="Verdict">What became of it.</param>
/// <param name="Reason">Why, in words for people; empty when done as asked.</param>
/// <param name="State">The output afterwards; null when unknown (for a group: its first output).</param>
public sealed record OutputAnswer(OutputVerdict Verdict, string Reason, OutputState? State)
{
    /// <summary>Whether it happens: now, shortened or after a rest.</summary>
    public bool IsTaken => Verdict is OutputVerdict.Done or OutputVerdict.Limited or OutputVerdict.Waiting;
}

/// <summary>Somebody wants an output switched.</summary>
/// <param name="Output">An output or a group of them.</param>
/// <param name="Action">What is asked.</param>
/// <param name="Source">Through which door it came.</param>
/// <param name="By">Who, for state and audit: a user's name, a host's id, an alert's id.</param>
/// <param name="Origin">Address or topic it came from, for the audit; may be empty.</param>
public sealed record OutputCommand(OutputId Output, OutputAction Action, OutputSource Source, string By, string Origin = "");

/// <summary>Nothing may be switched by rules or other systems for a while, e.g. while somebody works on the siren.</summary>
/// <param name="By">Who said so.</param>
/// <param name="Until">When it ends by itself, UTC.</param>
public sealed record OutputInhibition(string By, DateTimeOffset Until);

/// <summary>
/// The one gate that every command passes: knows groups, what each source may do, inhibition and the limit of commands per minute;
/// everything but the commands of rules is audited. The bank behind it adds what holds for everybody. Thread-safe; never waits.
/// </summary>
public interface IOutputCommands
{
    OutputAnswer Do(OutputCommand command);

    /// <summary>Whether other systems may command this output at all: what a dialect offers a switch for.</summary>
    bool IsRemote(OutputId output);
}
