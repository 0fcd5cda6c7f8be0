namespace Appliance.Fabric;

/// <summary>Whether trying again can help.</summary>
public enum FaultKind
{
    /// <summary>The same call will fail the same way until somebody changes something.</summary>
    Permanent,

    /// <summary>
    /// Something was not there or not ready: again, with back-off. After a <see cref="SubmitException"/> the same envelope, after a
    /// <see cref="CommitStatusException"/> the same question, after anything else a new proposal.
    /// </summary>
    Retry,
}
