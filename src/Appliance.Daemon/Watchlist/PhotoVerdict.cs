using Appliance.Core.Detection;
using Appliance.Core.Recognition;
using Appliance.Store.Watchlist;

namespace Appliance.Daemon.Watchlist;

/// <summary>Why a photo cannot be enrolled.</summary>
/// <param name="Reason">A stable word: <c>noFace</c>, <c>severalFaces</c>, <c>tooSmall</c>, <c>tooBlurred</c>, <c>looksLikeAnother</c>, <c>corrupt</c>, …</param>
/// <param name="Detail">The same for a person, with figures.</param>
/// <param name="Person">Of <c>looksLikeAnother</c>: whom it looks like.</param>
internal sealed record PhotoRefusal(string Reason, string Detail, string? Person = null);

/// <summary>What the gate makes of a photo.</summary>
/// <param name="Photo">Ready to be stored; null = refused.</param>
/// <param name="Refusals">Why not; empty = accepted.</param>
internal sealed record PhotoVerdict(NewPhoto? Photo, IReadOnlyList<PhotoRefusal> Refusals)
{
    public static PhotoVerdict Refused(params PhotoRefusal[] refusals) => new(null, refusals);
}

/// <summary>A face found in a photo and who it may be.</summary>
/// <param name="Box">Where, in pixels of the upright photo.</param>
/// <param name="Score">The detector's confidence, 0..1.</param>
/// <param name="Quality">0..1.</param>
/// <param name="Remark">What makes the comparison less sure; null = nothing.</param>
/// <param name="Candidates">The most alike persons, best first.</param>
internal sealed record FoundFace(Box Box, float Score, float Quality, string? Remark, IReadOnlyList<FoundPerson> Candidates);

/// <summary>A person a face may be.</summary>
/// <param name="Person">The entry.</param>
/// <param name="Similarity">Cosine, −1..1.</param>
/// <param name="IsMatch">Whether it reaches the threshold of an alert.</param>
internal sealed record FoundPerson(Person Person, float Similarity, bool IsMatch);
