namespace Appliance.Core.Recognition.Index;

/// <summary>The best few persons so far, each once, best first. Lives in the caller's memory.</summary>
internal ref struct TopPersons(Span<Candidate> best, int count = 0)
{
    private readonly Span<Candidate> _best = best;

    public int Count { get; private set; } = count;

    /// <summary>Rows must beat this to change anything.</summary>
    public readonly float Bar => Count < _best.Length ? float.NegativeInfinity : _best[^1].Similarity;

    public void Offer(PersonId person, float similarity)
    {
        if (!(similarity > Bar))
            return;

        // Where the person already is, or else the place that falls free.
        var place = 0;
        while (place < Count && _best[place].Person != person)
            place++;
        if (place < Count && _best[place].Similarity >= similarity)
            return;
        if (place == Count && Count < _best.Length)
            Count++;
        place = Math.Min(place, _best.Length - 1);

        while (place > 0 && _best[place - 1].Similarity < similarity)
        {
            _best[place] = _best[place - 1];
            place--;
        }

        _best[place] = new(person, similarity);
    }
}
