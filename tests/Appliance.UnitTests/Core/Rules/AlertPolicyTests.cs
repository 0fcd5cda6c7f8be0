using Appliance.Core.Alerts;
using Appliance.Core.Rules;

namespace Appliance.UnitTests.Core.Rules;

public class AlertPolicyTests
{
    [Fact]
    public void For_CategoryWithRule_GivesThatRuleWhateverTheCase()
    {
        var policy = new AlertPolicy(new() { Rules = [new() { Category = "banned", Severity = Severity.Critical }] });

        Assert.Equal(Severity.Critical, policy.For("Banned").Severity);
    }

    [Fact]
    public void For_CategoryWithoutRule_IsAWarningThatSwitchesNothing()
    {
        var policy = new AlertPolicy(new() { Rules = [new() { Category = "banned", Outputs = ["siren"] }] });

        var rule = policy.For("staff");

        Assert.Equal(Severity.Warning, rule.Severity);
        Assert.Empty(rule.Outputs);
    }

    [Fact]
    public void For_StarRule_ReplacesTheDefault()
    {
        var policy = new AlertPolicy(new() { Rules = [new() { Category = "*", Severity = Severity.Info }] });

        Assert.Equal(Severity.Info, policy.For("anything").Severity);
    }
}
