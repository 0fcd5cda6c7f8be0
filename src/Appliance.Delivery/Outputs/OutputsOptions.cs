using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Appliance.Delivery.Outputs;

/// <summary>The box's relays and sirens.</summary>
public sealed class OutputsOptions : IValidatableObject
{
    /// <summary>Which driver moves the lines: Simulated (nothing is wired) or Gpio.</summary>
    public OutputDriverKind Driver { get; init; } = OutputDriverKind.Simulated;

    /// <summary>GPIO character device of the chip that the lines belong to; see <c>gpiodetect</c>.</summary>
    [Required, RegularExpression("^/dev/.+", ErrorMessage = "Chip must be a device below /dev, e.g. /dev/gpiochip0")]
    public string Chip { get; init; } = "/dev/gpiochip0";

    /// <summary>The outputs, at most 64; names and lines are each used once.</summary>
    [MaxLength(64), ValidateEnumeratedItems]
    public IReadOnlyList<OutputOptions> Lines { get; init; } = [];

    /// <summary>Names for several outputs at once, e.g. an alarm that is a siren and a strobe; usable wherever an output is named.</summary>
    [MaxLength(32), ValidateEnumeratedItems]
    public IReadOnlyList<OutputGroup> Groups { get; init; } = [];

    /// <summary>Commands of other systems (SCADA, Home Assistant, MQTT) taken per minute, all together (1 to 6000); more are refused.</summary>
    [Range(1, 6000)]
    public int RemoteCommandsPerMinute { get; init; } = 60;

    /// <summary>Simulated driver: a file that shows the levels to other processes and keeps them when this one dies; empty = none.</summary>
    public string StateFile { get; init; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (var i = 0; i < Lines.Count; i++)
        {
            if (Lines.Take(i).Any(other => other.Id == Lines[i].Id))
                yield return new($"Output name '{Lines[i].Id}' is used twice", [$"{nameof(Lines)}[{i}].{nameof(OutputOptions.Id)}"]);
            if (Lines.Take(i).Any(other => other.Line == Lines[i].Line))
                yield return new($"GPIO line {Lines[i].Line} is used twice", [$"{nameof(Lines)}[{i}].{nameof(OutputOptions.Line)}"]);
        }

        foreach (var fault in OutputsRules.Check(this))
            yield return fault;
    }
}

/// <summary>Several outputs under one name.</summary>
public sealed class OutputGroup
{
    /// <summary>Name, as of an output; not one of an output's.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9_-]{0,31}$", ErrorMessage = "Id must be 1–32 of a-z, 0-9, _ and -")]
    public string Id { get; init; } = "";

    /// <summary>Its outputs, at least one.</summary>
    [MinLength(1)]
    public IReadOnlyList<string> Outputs { get; init; } = [];
}

/// <summary>What moves the lines.</summary>
public enum OutputDriverKind
{
    /// <summary>Lines in memory; their state shows in REST, MQTT and the log as if they were real.</summary>
    Simulated,

    /// <summary>The kernel's GPIO character device, uAPI v2.</summary>
    Gpio,
}

/// <summary>What hangs on a line.</summary>
public enum OutputKind
{
    /// <summary>Anything that is switched.</summary>
    Relay,

    /// <summary>Makes noise.</summary>
    Siren,

    /// <summary>Flashes.</summary>
    Strobe,
}

/// <summary>One relay, siren or strobe.</summary>
public sealed class OutputOptions
{
    /// <summary>Name in rules, REST and MQTT: 1–32 of <c>[a-z0-9_-]</c>.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9_-]{0,31}$", ErrorMessage = "Id must be 1–32 of a-z, 0-9, _ and -")]
    public string Id { get; init; } = "";

    /// <summary>What other systems show it as: Relay, Siren or Strobe.</summary>
    public OutputKind Kind { get; init; } = OutputKind.Relay;

    /// <summary>Offset of the line on the chip (0–511); see <c>gpioinfo</c>.</summary>
    [Range(0, 511)]
    public int Line { get; init; }

    /// <summary>Active means low voltage, as on most relay boards.</summary>
    public bool ActiveLow { get; init; }

    /// <summary>Pull low or float, never drive high (Gpio only).</summary>
    public bool OpenDrain { get; init; }

    /// <summary>Whether it is on from the moment the daemon starts (a fail-safe lamp); a siren stays off.</summary>
    public bool OnAtStart { get; init; }

    /// <summary>Whether it is left on when the daemon stops.</summary>
    public bool OnAtStop { get; init; }

    /// <summary>
    /// Longest time it may be on without a break (100 ms to 24 h), whoever asks; zero = no limit.
    /// A limit is what keeps a forgotten siren from ringing all night; it holds for <see cref="OnAtStart"/> as well.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan MaximumOnTime { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>
    /// Least time it stays off before it may go on again (0 to 1 h), e.g. for a compressor. What is asked earlier begins then;
    /// patterns with shorter pauses become one steady pulse.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan MinimumOffTime { get; init; }

    /// <summary>Interlock: never on together with these outputs. Whichever is on stays; naming it on one side is enough.</summary>
    public IReadOnlyList<string> NeverWith { get; init; } = [];

    /// <summary>Interlock: on only while all of these outputs or inputs are; goes off with them.</summary>
    public IReadOnlyList<string> OnlyIf { get; init; } = [];

    /// <summary>Whether SCADA, Home Assistant and other systems may command it, within its limits. People over REST always may.</summary>
    public bool AllowRemote { get; init; }
}
