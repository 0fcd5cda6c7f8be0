using System.ComponentModel.DataAnnotations;

namespace Appliance.Delivery.Notifications;

/// <summary>A text message for each alert, sent by the box's own modem.</summary>
public sealed class SmsOptions : NotificationTargetOptions
{
    /// <summary>Numbers in international form, e.g. <c>+41790000000</c> (1 to 10).</summary>
    [MinLength(1), MaxLength(10)]
    public IReadOnlyList<string> Numbers { get; init; } = [];

    /// <summary>What is sent, at most 300 characters; see docs/notifications.md for the placeholders.</summary>
    [Required, StringLength(300, MinimumLength = 1)]
    public override string Text { get; init; } = "{severity}: {kind} {person} on {camera} at {time} ({box})";

    public override IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var fault in base.Validate(validationContext))
            yield return fault;
        if (Numbers.Any(number => number is not ['+', ..] || number.Length is < 8 or > 16 || !number.Skip(1).All(char.IsAsciiDigit)))
            yield return new("must be in international form, e.g. +41790000000", [nameof(Numbers)]);
    }
}
