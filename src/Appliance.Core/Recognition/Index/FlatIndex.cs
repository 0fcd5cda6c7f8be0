namespace Appliance.Core.Recognition.Index;

/// <summary>
/// Exact search over all templates: one pass of inner products over contiguous rows. Bound by memory: a query reads all
/// templates once, a batch of queries reads them once for all.
/// </summary>
public sealed class FlatIndex : IWatchlistIndex
{
    private readonly TemplateTable _table;

    /// <param name="model">Catalogue name of the embedder.</param>
    /// <param name="dimensions">Floats per template.</param>
    public FlatIndex(string model, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        Model = model;
        Dimensions = dimensions;
        _table = new(dimensions, withCodes: false);
    }

    public string Model { get; }

    /// <summary>Floats per template.</summary>
    public int Dimensions { get; }

    public int Count => _table.Current.Count;

    public int Search(ReadOnlySpan<float> template, Span<Candidate> best)
    {
        QueryBuffer.Check(template.Length, 1, Dimensions);
        using var query = new QueryBuffer(template, 1, Dimensions, _table.Stride);
        return best.IsEmpty ? 0 : FlatScan.Run(_table.Current, query.Row(0), best);
    }

    public void Search(ReadOnlySpan<float> templates, int perTemplate, Span<Candidate> best, Span<int> found)
    {
        QueryBuffer.Check(templates.Length, found.Length, Dimensions);
        found.Clear();
        if (perTemplate == 0)
            return;

        using var queries = new QueryBuffer(templates, found.Length, Dimensions, _table.Stride);
        FlatScan.Run(_table.Current, queries, perTemplate, best, found);
    }

    public void Put(PersonId person, IReadOnlyList<float[]> templates) => _table.Put(person, templates);

    public void Load(IEnumerable<(PersonId Person, IReadOnlyList<float[]> Templates)> watchlist) => _table.Load(watchlist);
}
