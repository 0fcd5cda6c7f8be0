using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>Checks the attributes and own rules of options, all the way down.</summary>
internal static class OptionsRules
{
    /// <summary>Said of a required value that is not there.</summary>
    public const string Missing = "must be given";

    public static IEnumerable<ConfigFault> Check(object options, string path, JsonNamingPolicy? naming = null)
    {
        foreach (var property in OptionsBinder.Settable(options.GetType()).Values)
        {
            var at = OptionsBinder.Join(path, property.Name, naming);
            var value = property.GetValue(options);
            foreach (var attribute in property.GetCustomAttributes<ValidationAttribute>())
            {
                if (WhyNot(attribute, value) is { } reason)
                {
                    yield return new(at, reason);
                    break;
                }
            }

            foreach (var fault in CheckBelow(property.PropertyType, value, at, naming))
                yield return fault;
        }

        if (options is not IValidatableObject own)
            yield break;

        foreach (var result in own.Validate(new ValidationContext(options)))
        {
            if (result == ValidationResult.Success)
                continue;

            var member = result.MemberNames.FirstOrDefault();
            yield return new(member is null ? path : OptionsBinder.Join(path, member, naming), result.ErrorMessage ?? "is not allowed");
        }
    }

    private static IEnumerable<ConfigFault> CheckBelow(Type type, object? value, string at, JsonNamingPolicy? naming)
    {
        if (value is null)
            return [];
        if (OptionsBinder.ElementType(type) is { } element)
        {
            return OptionsBinder.IsSection(element)
                ? ((IEnumerable)value).Cast<object>().SelectMany((item, index) => Check(item, $"{at}[{index}]", naming))
                : [];
        }

        return OptionsBinder.IsSection(type) ? Check(value, at, naming) : [];
    }

    private static string? WhyNot(ValidationAttribute attribute, object? value) => attribute switch
    {
        RequiredAttribute required => required.IsValid(value) ? null : Missing,
        RangeAttribute range => WhyOutOfRange(range, value),
        StringLengthAttribute length => length.IsValid(value)
            ? null
            : length.MinimumLength > 0
                ? $"must have {length.MinimumLength} to {length.MaximumLength} characters"
                : $"must not have more than {length.MaximumLength} characters",
        MinLengthAttribute least => least.IsValid(value) ? null : $"must have at least {least.Length} {Things(value)}",
        MaxLengthAttribute most => most.IsValid(value) ? null : $"must not have more than {most.Length} {Things(value)}",
        RegularExpressionAttribute pattern => pattern.IsValid(value) ? null : pattern.ErrorMessage ?? $"must match {pattern.Pattern}",
        // Microsoft.Extensions.Options' marks for its generator; what they ask for is done by walking.
        _ when attribute.GetType().Name.StartsWith("Validate", StringComparison.Ordinal) => null,
        _ => attribute.IsValid(value) ? null : attribute.FormatErrorMessage("the value"),
    };

    private static string Things(object? value) => value is string ? "characters" : "entries";

    // RangeAttribute compares a float 0.99f with a double 0.99 (and refuses it), and its TimeSpan.Parse reads 24:00:00 as 24 days.
    private static string? WhyOutOfRange(RangeAttribute range, object? value)
    {
        if (value is null)
            return null;
        if (value is TimeSpan duration)
        {
            var (least, most) = (Duration.Parse((string)range.Minimum)!.Value, Duration.Parse((string)range.Maximum)!.Value);
            return duration >= least && duration <= most ? null : $"must be between {least:c} and {most:c}";
        }

        var minimum = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        var maximum = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        var (low, high) = value is float ? ((float)minimum, (float)maximum) : (minimum, maximum);
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return number >= low && number <= high
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be between {Short(minimum)} and {Short(maximum)}, not {value}");
    }

    private static string Short(double number) => ((float)number).ToString("0.######", CultureInfo.InvariantCulture) is var single
        && Math.Abs(number) < 1e6
            ? single
            : number.ToString("0", CultureInfo.InvariantCulture);
}
