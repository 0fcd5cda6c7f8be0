namespace Appliance.Store.Alerts;

/// <summary>Where an alert stands with the people who look at it.</summary>
public enum AlertState
{
    New,
    Acknowledged,

    /// <summary>A verdict was given; a second person must agree.</summary>
    PendingSecond,
    Confirmed,
    Rejected,
}

/// <summary>What a person does to an alert.</summary>
public enum ReviewAction
{
    Acknowledge,
    Confirm,
    Reject,

    /// <summary>Takes a verdict back.</summary>
    Reopen,
}

/// <summary>One step in the history of an alert; never changed.</summary>
public sealed record AlertReview(DateTimeOffset At, string Reviewer, ReviewAction Action, string Comment, AlertState Result);
