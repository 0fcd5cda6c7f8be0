namespace Appliance.Store.Evidence;

/// <summary>Where the evidence of an alert stands. Numbers are stored: never change them.</summary>
public enum EvidenceState
{
    /// <summary>Being recorded.</summary>
    Pending = 0,

    /// <summary>Signed and in the log, with everything that should be there.</summary>
    Complete = 1,

    /// <summary>Signed and in the log; something is missing, the reason says what.</summary>
    Partial = 2,

    /// <summary>Nothing was kept, although it should have been; the reason says why.</summary>
    Missing = 3,

    /// <summary>Nobody asked for any.</summary>
    None = 4,

    /// <summary>Destroyed; digest, signature and place in the log remain.</summary>
    Destroyed = 5,
}
