using System.ComponentModel.DataAnnotations;
using Appliance.Delivery.Outputs;
using Microsoft.Extensions.Options;

namespace Appliance.Delivery.Inputs;

/// <summary>The box's door contacts and tamper switches.</summary>
public sealed class InputsOptions : IValidatableObject
{
    /// <summary>Which driver reads the lines: Simulated (set over REST) or Gpio.</summary>
    public OutputDriverKind Driver { get; init; } = OutputDriverKind.Simulated;

    /// <summary>GPIO character device of the chip that the lines belong to; see <c>gpiodetect</c>.</summary>
    [Required, RegularExpression("^/dev/.+", ErrorMessage = "Chip must be a device below /dev, e.g. /dev/gpiochip0")]
    public string Chip { get; init; } = "/dev/gpiochip0";

    /// <summary>The inputs, at most 32; names and lines are each used once.</summary>
    [MaxLength(32), ValidateEnumeratedItems]
    public IReadOnlyList<InputOptions> Lines { get; init; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        for (var i = 0; i < Lines.Count; i++)
        {
            if (Lines.Take(i).Any(other => other.Id == Lines[i].Id))
                yield return new($"Input name '{Lines[i].Id}' is used twice", [$"{nameof(Lines)}[{i}].{nameof(InputOptions.Id)}"]);
            if (Lines.Take(i).Any(other => other.Line == Lines[i].Line))
                yield return new($"GPIO line {Lines[i].Line} is used twice", [$"{nameof(Lines)}[{i}].{nameof(InputOptions.Line)}"]);
        }

        // The kernel's request has room for ten differences between its lines.
        if (Lines.Select(line => line.Debounce).Distinct().Count() > 4)
            yield return new("Lines may have up to 4 different values of Debounce", [nameof(Lines)]);
    }
}

/// <summary>What holds an input when nothing is connected.</summary>
public enum InputBias
{
    /// <summary>As the chip is set.</summary>
    AsIs,
    PullUp,
    PullDown,
    None,
}

/// <summary>One input line.</summary>
public sealed class InputOptions
{
    /// <summary>Name in rules, REST and MQTT: 1–32 of <c>[a-z0-9_-]</c>.</summary>
    [Required, RegularExpression("^[a-z0-9][a-z0-9_-]{0,31}$", ErrorMessage = "Id must be 1–32 of a-z, 0-9, _ and -")]
    public string Id { get; init; } = "";

    /// <summary>What it is, for those who show it: <c>door</c>, <c>window</c>, <c>tamper</c>, <c>motion</c>, …; empty = just an input.</summary>
    [StringLength(32)]
    public string Kind { get; init; } = "";

    /// <summary>Offset of the line on the chip (0–511); see <c>gpioinfo</c>.</summary>
    [Range(0, 511)]
    public int Line { get; init; }

    /// <summary>Active means low voltage, as with a contact to ground.</summary>
    public bool ActiveLow { get; init; }

    /// <summary>What holds it when the contact is open: AsIs, PullUp, PullDown or None.</summary>
    public InputBias Bias { get; init; }

    /// <summary>How long it must be steady to count as changed (0 to 10 s); Gpio: by the kernel.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan Debounce { get; init; } = TimeSpan.FromMilliseconds(50);
}
