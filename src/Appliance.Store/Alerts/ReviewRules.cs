namespace Appliance.Store.Alerts;

/// <summary>The verdict that waits for a second person.</summary>
internal sealed record PendingVerdict(string Reviewer, ReviewAction Action);

/// <summary>
/// Which review leads where: new → acknowledged → confirmed or rejected. With two persons a first verdict waits
/// (pending second) for another person; when they disagree the alert is open again, with both verdicts in its history.
/// </summary>
internal static class ReviewRules
{
    /// <summary>The next state, or why not.</summary>
    internal static (AlertState Next, string? Refusal) Next(
        AlertState state, ReviewAction action, string reviewer, PendingVerdict? pending, bool twoPersons) => (action, state) switch
        {
            (ReviewAction.Acknowledge, AlertState.New) => (AlertState.Acknowledged, null),
            (ReviewAction.Acknowledge, _) => (state, $"the alert is {Name(state)} already"),
            (ReviewAction.Reopen, AlertState.New or AlertState.Acknowledged) => (state, "the alert has no verdict to take back"),
            (ReviewAction.Reopen, _) => (AlertState.Acknowledged, null),
            (_, AlertState.Confirmed or AlertState.Rejected) => (state, $"the alert is {Name(state)} already; reopen it first"),
            (_, AlertState.PendingSecond) => Second(action, reviewer, pending),
            _ => (twoPersons ? AlertState.PendingSecond : Final(action), null),
        };

    internal static string Name(AlertState state) => state switch
    {
        AlertState.New => "new",
        AlertState.Acknowledged => "acknowledged",
        AlertState.PendingSecond => "waiting for a second verdict",
        AlertState.Confirmed => "confirmed",
        _ => "rejected",
    };

    private static (AlertState, string?) Second(ReviewAction action, string reviewer, PendingVerdict? pending)
    {
        if (pending is null)
            return (AlertState.PendingSecond, "the first verdict cannot be read; reopen the alert");
        if (string.Equals(pending.Reviewer, reviewer, StringComparison.OrdinalIgnoreCase))
            return (AlertState.PendingSecond, "the second verdict must come from another person");
        return (pending.Action == action ? Final(action) : AlertState.Acknowledged, null);
    }

    private static AlertState Final(ReviewAction action) =>
        action == ReviewAction.Confirm ? AlertState.Confirmed : AlertState.Rejected;
}
