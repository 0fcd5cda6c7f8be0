using Appliance.Core.Alerts;
using Appliance.Core.Rules.Engine;

namespace Appliance.Core.Rules;

/// <summary>Finds what an alert sets off: by its rule where it has one, else by its category or kind.</summary>
public sealed class AlertPolicy
{
    /// <summary>A warning that switches nothing.</summary>
    public static readonly CategoryRule Otherwise = new() { Category = "*" };

    private readonly Dictionary<string, (CategoryRule Rule, AlertActions Actions)> _categories;
    private readonly (CategoryRule Rule, AlertActions Actions) _otherwise;

    /// <param name="options">Two rules for one category: the first one counts. A rule for <c>*</c> replaces <see cref="Otherwise"/>.</param>
    /// <param name="rules">The rules that alerts may name; null = none.</param>
    public AlertPolicy(AlertsOptions options, RuleSet? rules = null)
    {
        Rules = rules ?? RuleSet.Empty;
        _categories = new(StringComparer.OrdinalIgnoreCase);
        foreach (var rule in options.Rules)
            _categories.TryAdd(rule.Category, (rule, AlertActions.Of(rule)));
        _otherwise = _categories.GetValueOrDefault("*", (Otherwise, AlertActions.Of(Otherwise)));
    }

    /// <summary>The rules that alerts may name.</summary>
    public RuleSet Rules { get; }

    /// <summary>The rule for a person's category, or for an alert's kind where there is no person.</summary>
    public CategoryRule For(string categoryOrKind) => _categories.GetValueOrDefault(categoryOrKind, _otherwise).Rule;

    /// <summary>What an alert sets off. A rule that is gone meanwhile is replaced by that of the category or kind.</summary>
    public AlertActions For(Alert alert) => alert.Rule.Length > 0 && Rules.Find(alert.Rule) is { } rule
        ? rule.Actions
        : _categories.GetValueOrDefault(alert.Match?.Category ?? alert.Kind, _otherwise).Actions;
}
