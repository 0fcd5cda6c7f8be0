namespace Appliance.Core.Recognition;

/// <summary>What is known about who a track is.</summary>
public enum IdentityState
{
    /// <summary>Not enough was seen.</summary>
    Undecided,

    /// <summary>A person of the watchlist.</summary>
    Known,

    /// <summary>Seen well, and nobody of the watchlist.</summary>
    Unknown,
}

/// <summary>A decision about a track and what it rests on.</summary>
/// <param name="State">Known, unknown or not yet decided.</param>
/// <param name="Person">The person if known; else the best candidate, which is nobody's business but the log's.</param>
/// <param name="Similarity">Cosine of the fused template and the person's nearest enrolled one.</param>
/// <param name="Margin">Similarity minus that of the second best person; the similarity itself plus 1 when there is no other.</param>
/// <param name="Threshold">What the similarity had to reach.</param>
/// <param name="Shots">Shots in the fused template.</param>
public readonly record struct Identity(
    IdentityState State, PersonId Person, float Similarity, float Margin, float Threshold, int Shots);
