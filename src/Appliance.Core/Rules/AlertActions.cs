using Appliance.Core.Alerts;
using Appliance.Core.Outputs;

namespace Appliance.Core.Rules;

/// <summary>What an alert sets off.</summary>
/// <param name="Severity">How urgent it is.</param>
/// <param name="Outputs">Outputs and groups that are switched.</param>
/// <param name="Switch">How.</param>
/// <param name="Notify">Notification targets that are told.</param>
/// <param name="KeepEvidence">Whether snapshot and clip are kept.</param>
public sealed record AlertActions(
    Severity Severity, IReadOnlyList<string> Outputs, OutputAction Switch, IReadOnlyList<string> Notify, bool KeepEvidence)
{
    internal static AlertActions Of(RuleOptions rule) =>
        new(rule.Severity, rule.Outputs, SwitchOf(rule.Pattern, rule.Pulse), rule.Notify, rule.Evidence);

    internal static AlertActions Of(CategoryRule rule) =>
        new(rule.Severity, rule.Outputs, SwitchOf(rule.Pattern, rule.Pulse), rule.Notify, rule.Evidence);

    internal static AlertActions Of(EscalationOptions step) =>
        new(step.Severity, step.Outputs, SwitchOf(step.Pattern, step.Pulse), step.Notify, KeepEvidence: false);

    private static OutputAction SwitchOf(string pattern, TimeSpan pulse) =>
        pattern.Length > 0 && OutputPattern.Parse(pattern, out _) is { } flashes ? OutputAction.Play(flashes) : OutputAction.Pulse(pulse);
}
