using Appliance.Core.Recognition;

namespace Appliance.UnitTests.Core.Recognition;

/// <summary>The watchlist as one would write it on a blackboard: what the real indices must agree with.</summary>
internal sealed class BruteForceIndex : IWatchlistIndex
{
    private readonly Dictionary<PersonId, IReadOnlyList<float[]>> _people = [];

    public string Model => "test";

    public int Count => _people.Values.Sum(templates => templates.Count);

    public int Searches { get; private set; }

    public int Search(ReadOnlySpan<float> template, Span<Candidate> best)
    {
        Searches++;
        var query = template.ToArray();
        var ranked = _people.Where(entry => entry.Value.Count > 0)
            .Select(entry => new Candidate(entry.Key, entry.Value.Max(row => Dot(row, query))))
            .OrderByDescending(candidate => candidate.Similarity).Take(best.Length).ToArray();
        ranked.CopyTo(best);
        return ranked.Length;
    }

    public void Search(ReadOnlySpan<float> templates, int perTemplate, Span<Candidate> best, Span<int> found)
    {
        var dimensions = templates.Length / found.Length;
        for (var i = 0; i < found.Length; i++)
            found[i] = Search(templates.Slice(i * dimensions, dimensions), best.Slice(i * perTemplate, perTemplate));
    }

    /// <summary>Of the person's template that is most alike.</summary>
    public float SimilarityOf(PersonId person, float[] template) => _people[person].Max(row => Dot(row, template));

    public void Put(PersonId person, IReadOnlyList<float[]> templates) => _people[person] = templates;

    public void Load(IEnumerable<(PersonId Person, IReadOnlyList<float[]> Templates)> watchlist)
    {
        _people.Clear();
        foreach (var (person, templates) in watchlist)
            Put(person, templates);
    }

    private static float Dot(float[] a, float[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return (float)sum;
    }
}
