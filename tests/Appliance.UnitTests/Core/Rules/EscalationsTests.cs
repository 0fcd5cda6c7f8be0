using Appliance.Core.Alerts;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;

namespace Appliance.UnitTests.Core.Rules;

public class EscalationsTests
{
    private static readonly DateTimeOffset s_raised = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly AlertPolicy s_policy = new(new(), new RuleSet(new()
    {
        Rules =
        [
            new()
            {
                Id = "r",
                Escalation =
                [
                    new() { After = TimeSpan.FromMinutes(2), Severity = Severity.Warning, Outputs = ["strobe"] },
                    new() { After = TimeSpan.FromMinutes(5), Outputs = ["siren"], Notify = ["chief"] },
                ],
            },
            new() { Id = "calm" },
        ],
    }));

    private readonly Escalations _open = new();

    [Fact]
    public void Due_NobodyAcknowledges_EachStepComesOnceInOrder()
    {
        _open.Open(Sample(), s_policy);

        var steps = new List<(int Minute, int Step, Severity Severity)>();
        for (var minute = 0; minute < 10; minute++)
            steps.AddRange(_open.Due(s_policy, s_raised.AddMinutes(minute)).Select(due => (minute, due.Step, due.Actions.Severity)));

        Assert.Equal([(2, 1, Severity.Warning), (5, 2, Severity.Critical)], steps);
        Assert.Equal(0, _open.Count);
    }

    [Fact]
    public void Close_Acknowledged_NothingComesAnyMore()
    {
        _open.Open(Sample(), s_policy);
        Assert.Single(_open.Due(s_policy, s_raised.AddMinutes(3)));

        _open.Close(Sample().Id);

        Assert.Empty(_open.Due(s_policy, s_raised.AddHours(1)));
    }

    [Fact]
    public void Restore_OneStepDone_GoesOnWithTheNextStep()
    {
        _open.Restore([(Sample(), 1)], s_policy);

        Assert.Empty(_open.Due(s_policy, s_raised.AddMinutes(3)));
        Assert.Equal(2, Assert.Single(_open.Due(s_policy, s_raised.AddMinutes(60))).Step);
    }

    [Fact]
    public void Restore_ReadBeforeAStepWasDone_DoesNotRepeatIt()
    {
        _open.Open(Sample(), s_policy);
        Assert.Single(_open.Due(s_policy, s_raised.AddMinutes(3)));

        _open.Restore([(Sample(), 0)], s_policy);

        Assert.Equal(2, Assert.Single(_open.Due(s_policy, s_raised.AddMinutes(60))).Step);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Restore_ReadBeforeItEnded_StaysClosed(bool acknowledged)
    {
        _open.Open(Sample(), s_policy);
        if (acknowledged)
            _open.Close(Sample().Id);
        else
            Assert.Equal(2, _open.Due(s_policy, s_raised.AddHours(1)).Count);

        _open.Restore([(Sample(), 0)], s_policy);

        Assert.Equal(0, _open.Count);
    }

    [Theory]
    [InlineData("calm", AlertKinds.Intrusion)]
    [InlineData("", AlertKinds.Watchlist)]
    [InlineData("gone", AlertKinds.Intrusion)]
    [InlineData("r", AlertKinds.Escalation)]
    public void Open_NothingToEscalate_DoesNotWait(string rule, string kind)
    {
        _open.Open(Sample() with { Rule = rule, Kind = kind }, s_policy);

        Assert.Equal(0, _open.Count);
    }

    [Fact]
    public void Due_RuleIsGone_ForgetsItsAlerts()
    {
        _open.Open(Sample(), s_policy);

        Assert.Empty(_open.Due(new AlertPolicy(new()), s_raised.AddHours(1)));
        Assert.Equal(0, _open.Count);
    }

    private static Alert Sample() => new()
    {
        Id = new("01K0V7Q3M4X8Y2Z5A6B7C8D9EF"),
        BootId = Guid.Empty,
        Kind = AlertKinds.Intrusion,
        Severity = Severity.Info,
        Camera = new("gate"),
        Utc = s_raised,
        Rule = "r",
    };
}
