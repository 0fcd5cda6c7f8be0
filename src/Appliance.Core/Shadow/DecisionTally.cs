using Appliance.Core.Recognition;

namespace Appliance.Core.Shadow;

/// <summary>Counts where two embedders identify the same person, face by face. One thread at a time.</summary>
public sealed class DecisionTally
{
    private const int Steps = 200;

    private readonly Tally _liveSimilarity = new(-1, 1, Steps);
    private readonly Tally _candidateSimilarity = new(-1, 1, Steps);
    private readonly Candidate[] _best = new Candidate[1];
    private long _same;
    private long _unknown;
    private long _liveOnly;
    private long _candidateOnly;
    private long _different;

    /// <param name="live">Index and threshold of the live embedder.</param>
    /// <param name="liveTemplate">Its template of the face.</param>
    /// <param name="candidate">Index and threshold of the candidate.</param>
    /// <param name="candidateTemplate">Its template of the same face.</param>
    public void Add(
        (IWatchlistIndex Index, MatchThreshold Threshold) live, ReadOnlySpan<float> liveTemplate,
        (IWatchlistIndex Index, MatchThreshold Threshold) candidate, ReadOnlySpan<float> candidateTemplate)
    {
        switch (Decide(live, liveTemplate, _liveSimilarity), Decide(candidate, candidateTemplate, _candidateSimilarity))
        {
            case (null, null):
                _unknown++;
                break;
            case (not null, null):
                _liveOnly++;
                break;
            case (null, not null):
                _candidateOnly++;
                break;
            case ({ } a, { } b) when a == b:
                _same++;
                break;
            default:
                _different++;
                break;
        }
    }

    public DecisionAgreement Describe() => new(
        _same, _unknown, _liveOnly, _candidateOnly, _different, _liveSimilarity.Describe(), _candidateSimilarity.Describe());

    private PersonId? Decide((IWatchlistIndex Index, MatchThreshold Threshold) by, ReadOnlySpan<float> template, Tally similarity)
    {
        // An empty watchlist has no best similarity.
        if (by.Index.Search(template, _best) == 0)
            return null;

        similarity.Add(_best[0].Similarity);
        return _best[0].Similarity >= by.Threshold.At(by.Index.Count) ? _best[0].Person : null;
    }
}
