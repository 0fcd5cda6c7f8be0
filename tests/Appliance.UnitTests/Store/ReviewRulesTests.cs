using Appliance.Store.Alerts;

namespace Appliance.UnitTests.Store;

public class ReviewRulesTests
{
    [Theory]
    [InlineData(AlertState.New, ReviewAction.Acknowledge, AlertState.Acknowledged)]
    [InlineData(AlertState.New, ReviewAction.Confirm, AlertState.Confirmed)]
    [InlineData(AlertState.Acknowledged, ReviewAction.Reject, AlertState.Rejected)]
    [InlineData(AlertState.Confirmed, ReviewAction.Reopen, AlertState.Acknowledged)]
    [InlineData(AlertState.Rejected, ReviewAction.Reopen, AlertState.Acknowledged)]
    public void Next_OnePerson_Leads(AlertState state, ReviewAction action, AlertState expected) =>
        Assert.Equal((expected, null), ReviewRules.Next(state, action, "alice", null, twoPersons: false));

    [Theory]
    [InlineData(AlertState.Acknowledged, ReviewAction.Acknowledge)]
    [InlineData(AlertState.Confirmed, ReviewAction.Reject)]
    [InlineData(AlertState.Rejected, ReviewAction.Confirm)]
    [InlineData(AlertState.Confirmed, ReviewAction.Acknowledge)]
    [InlineData(AlertState.New, ReviewAction.Reopen)]
    public void Next_NotAllowedHere_KeepsTheStateAndSaysWhy(AlertState state, ReviewAction action)
    {
        var (next, refusal) = ReviewRules.Next(state, action, "alice", null, twoPersons: false);

        Assert.Equal(state, next);
        Assert.NotEmpty(refusal!);
    }

    [Theory]
    [InlineData("bob", ReviewAction.Confirm, AlertState.Confirmed)]
    [InlineData("bob", ReviewAction.Reject, AlertState.Acknowledged)]
    [InlineData("bob", ReviewAction.Reopen, AlertState.Acknowledged)]
    [InlineData("ALICE", ReviewAction.Confirm, AlertState.PendingSecond)]
    [InlineData("alice", ReviewAction.Reject, AlertState.PendingSecond)]
    public void Next_SecondVerdict_NeedsAnotherPersonWhoAgrees(string reviewer, ReviewAction action, AlertState expected)
    {
        var pending = new PendingVerdict("alice", ReviewAction.Confirm);

        var (next, refusal) = ReviewRules.Next(AlertState.PendingSecond, action, reviewer, pending, twoPersons: true);

        Assert.Equal(expected, next);
        Assert.Equal(expected == AlertState.PendingSecond, refusal is not null);
    }

    [Fact]
    public void Next_RuleSwitchedOffMeanwhile_StillNeedsTheSecondPerson() =>
        Assert.NotNull(ReviewRules.Next(
            AlertState.PendingSecond, ReviewAction.Confirm, "alice", new("alice", ReviewAction.Confirm), twoPersons: false).Refusal);
}
