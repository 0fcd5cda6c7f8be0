namespace Appliance.Core.Recognition;

/// <summary>A person and the cosine similarity of their nearest template, −1..1.</summary>
public readonly record struct Candidate(PersonId Person, float Similarity);

/// <summary>
/// The watchlist in memory: templates of one model, searched by cosine. Reads run beside writes; a search sees either
/// all of a change or nothing of it.
/// </summary>
public interface IWatchlistIndex
{
    /// <summary>Catalogue name of the embedder whose templates these are.</summary>
    string Model { get; }

    /// <summary>Templates held.</summary>
    int Count { get; }

    /// <summary>
    /// The best persons for an L2-normalised template, best first, each person once (their nearest template).
    /// Returns how many were written. Allocates nothing.
    /// </summary>
    int Search(ReadOnlySpan<float> template, Span<Candidate> best);

    /// <summary>
    /// The same for several templates at once (row-major, <c>count × dimensions</c>): much cheaper per template than one
    /// by one. The candidates of template i are at <c>best[i * perTemplate ..]</c>, <c>found[i]</c> of them.
    /// </summary>
    void Search(ReadOnlySpan<float> templates, int perTemplate, Span<Candidate> best, Span<int> found);

    /// <summary>Replaces all templates of a person (none: the person is gone).</summary>
    void Put(PersonId person, IReadOnlyList<float[]> templates);

    /// <summary>Replaces everything: the watchlist as read at start. One change for whoever searches meanwhile.</summary>
    void Load(IEnumerable<(PersonId Person, IReadOnlyList<float[]> Templates)> watchlist);
}
