namespace Appliance.Core.Rules;

/// <summary>Finds the rule of a category; unknown categories get <see cref="Otherwise"/>.</summary>
public sealed class AlertPolicy
{
    /// <summary>A warning that switches nothing.</summary>
    public static readonly CategoryRule Otherwise = new() { Category = "*" };

    private readonly Dictionary<string, CategoryRule> _rules;
    private readonly CategoryRule _otherwise;

    /// <param name="options">Two rules for one category: the first one counts. A rule for <c>*</c> replaces <see cref="Otherwise"/>.</param>
    public AlertPolicy(AlertsOptions options)
    {
        _rules = new(StringComparer.OrdinalIgnoreCase);
        foreach (var rule in options.Rules)
            _rules.TryAdd(rule.Category, rule);
        _otherwise = _rules.GetValueOrDefault("*", Otherwise);
    }

    /// <summary>The rule for a person's category, or for an alert's kind where there is no person.</summary>
    public CategoryRule For(string categoryOrKind) => _rules.GetValueOrDefault(categoryOrKind, _otherwise);
}
