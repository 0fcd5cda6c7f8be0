namespace Appliance.Core.Recognition.Index;

/// <summary>
/// Exact search over all templates: one pass of inner products over contiguous rows. Bound by memory: a query reads all
/// templates once, a batch of queries reads them once for all.
/// </summary>
public sealed class FlatIndex : IWatchlistIndex
{
    // Rows scored before their scores are looked at; with a batch they come from the second-level cache for all but the first.
    private const int Tile = 96;

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
        return best.IsEmpty ? 0 : Scan(_table.Current, query.Row(0), best);
    }

    public void Search(ReadOnlySpan<float> templates, int perTemplate, Span<Candidate> best, Span<int> found)
    {
        QueryBuffer.Check(templates.Length, found.Length, Dimensions);
        found.Clear();
        if (perTemplate == 0)
            return;

        using var queries = new QueryBuffer(templates, found.Length, Dimensions, _table.Stride);
        var snapshot = _table.Current;
        Span<float> scores = stackalloc float[Tile * InnerProducts.Queries];
        for (var chunk = 0; chunk < snapshot.Chunks.Length; chunk++)
        {
            var rows = snapshot.RowsIn(chunk);
            for (var from = 0; from < rows; from += Tile)
            {
                var tile = snapshot.Chunks[chunk].Rows.Slice(from * _table.Stride, Math.Min(Tile, rows - from) * _table.Stride);
                var persons = snapshot.Chunks[chunk].Persons.AsSpan(from, Math.Min(Tile, rows - from));
                ScanTile(tile, persons, queries, perTemplate, best, found, scores);
            }
        }
    }

    public void Put(PersonId person, IReadOnlyList<float[]> templates) => _table.Put(person, templates);

    public void Load(IEnumerable<(PersonId Person, IReadOnlyList<float[]> Templates)> watchlist) => _table.Load(watchlist);

    private static int Scan(TemplateTable.Snapshot snapshot, ReadOnlySpan<float> query, Span<Candidate> best)
    {
        var top = new TopPersons(best);
        Span<float> scores = stackalloc float[Tile];
        for (var chunk = 0; chunk < snapshot.Chunks.Length; chunk++)
        {
            var rows = snapshot.RowsIn(chunk);
            var data = snapshot.Chunks[chunk];
            for (var from = 0; from < rows; from += Tile)
            {
                var part = scores[..Math.Min(Tile, rows - from)];
                InnerProducts.Rows(data.Rows[(from * data.Stride)..], query, part);
                Offer(ref top, data.Persons.AsSpan(from), part, step: 1);
            }
        }

        return top.Count;
    }

    private static void ScanTile(
        ReadOnlySpan<float> tile, ReadOnlySpan<PersonId> persons, QueryBuffer queries, int perTemplate,
        Span<Candidate> best, Span<int> found, Span<float> scores)
    {
        var query = 0;
        for (; query <= found.Length - InnerProducts.Queries; query += InnerProducts.Queries)
        {
            var part = scores[..(persons.Length * InnerProducts.Queries)];
            InnerProducts.RowsByFour(tile, queries.Rows(query, InnerProducts.Queries), queries.Stride, part);
            for (var i = 0; i < InnerProducts.Queries; i++)
                OfferTo(query + i, persons, part[i..], InnerProducts.Queries, perTemplate, best, found);
        }

        for (; query < found.Length; query++)
        {
            InnerProducts.Rows(tile, queries.Row(query), scores[..persons.Length]);
            OfferTo(query, persons, scores[..persons.Length], 1, perTemplate, best, found);
        }
    }

    private static void OfferTo(
        int query, ReadOnlySpan<PersonId> persons, ReadOnlySpan<float> scores, int step, int perTemplate,
        Span<Candidate> best, Span<int> found)
    {
        var top = new TopPersons(best.Slice(query * perTemplate, perTemplate), found[query]);
        Offer(ref top, persons, scores, step);
        found[query] = top.Count;
    }

    private static void Offer(
        ref TopPersons top, scoped ReadOnlySpan<PersonId> persons, scoped ReadOnlySpan<float> scores, int step)
    {
        var bar = top.Bar;
        for (int i = 0, row = 0; i < scores.Length; i += step, row++)
        {
            if (scores[i] > bar)
            {
                top.Offer(persons[row], scores[i]);
                bar = top.Bar;
            }
        }
    }
}
