namespace Appliance.Core.Recognition.Index;

/// <summary>Inner products with every row: one pass over memory for a query, and one for all queries of a batch.</summary>
internal static class FlatScan
{
    // Rows of each stream that are scored before their scores are looked at; with a batch they come from the second-level cache
    // for all queries but the first.
    private const int Tile = 32;
    private const int TileRows = Tile * InnerProducts.Streams;

    /// <summary>One query; returns how many persons were found.</summary>
    public static int Run(TemplateTable.Snapshot snapshot, ReadOnlySpan<float> query, Span<Candidate> best)
    {
        var top = new TopPersons(best);
        Span<float> scores = stackalloc float[TileRows];
        for (var chunk = 0; chunk < snapshot.Chunks.Length; chunk++)
        {
            var data = snapshot.Chunks[chunk];
            var rows = snapshot.RowsIn(chunk);
            var distance = rows / InnerProducts.Streams;
            for (var from = 0; from < distance; from += Tile)
            {
                var count = Math.Min(Tile, distance - from);
                InnerProducts.FourStreams(data.Rows, distance, from, count, query, scores);
                Offer(ref top, data, distance, from, count, scores, step: 1);
            }

            OfferRest(ref top, data, InnerProducts.Streams * distance, rows, query);
        }

        return top.Count;
    }

    /// <summary>Several queries; <paramref name="found"/> must be all zeros.</summary>
    public static void Run(
        TemplateTable.Snapshot snapshot, QueryBuffer queries, int perTemplate, Span<Candidate> best, Span<int> found)
    {
        Span<float> scores = stackalloc float[TileRows * InnerProducts.Queries];
        for (var chunk = 0; chunk < snapshot.Chunks.Length; chunk++)
        {
            var data = snapshot.Chunks[chunk];
            var rows = snapshot.RowsIn(chunk);
            var distance = rows / InnerProducts.Streams;
            for (var from = 0; from < distance; from += Tile)
                ScanTile(data, distance, from, Math.Min(Tile, distance - from), queries, perTemplate, best, found, scores);

            for (var query = 0; query < found.Length; query++)
            {
                var top = new TopPersons(best.Slice(query * perTemplate, perTemplate), found[query]);
                OfferRest(ref top, data, InnerProducts.Streams * distance, rows, queries.Row(query));
                found[query] = top.Count;
            }
        }
    }

    private static void ScanTile(
        TemplateChunk data, int distance, int from, int count, QueryBuffer queries, int perTemplate,
        Span<Candidate> best, Span<int> found, Span<float> scores)
    {
        for (var query = 0; query < found.Length;)
        {
            var group = found.Length - query >= InnerProducts.Queries ? InnerProducts.Queries : 1;
            if (group == 1)
                InnerProducts.FourStreams(data.Rows, distance, from, count, queries.Row(query), scores);
            else
                InnerProducts.FourStreamsByThree(data.Rows, distance, from, count, queries.Rows(query, group), scores);

            for (var i = 0; i < group; i++, query++)
            {
                var top = new TopPersons(best.Slice(query * perTemplate, perTemplate), found[query]);
                Offer(ref top, data, distance, from, count, scores[i..], group);
                found[query] = top.Count;
            }
        }
    }

    /// <summary>Score of row j of stream s at <c>(s · count + j) · step</c>.</summary>
    private static void Offer(
        ref TopPersons top, TemplateChunk data, int distance, int from, int count, scoped ReadOnlySpan<float> scores, int step)
    {
        var bar = top.Bar;
        for (int i = 0, at = 0; i < InnerProducts.Streams * count; i++, at += step)
        {
            if (scores[at] > bar)
            {
                top.Offer(data.Persons[(i / count * distance) + from + (i % count)], scores[at]);
                bar = top.Bar;
            }
        }
    }

    private static void OfferRest(ref TopPersons top, TemplateChunk data, int from, int rows, ReadOnlySpan<float> query)
    {
        for (var row = from; row < rows; row++)
            top.Offer(data.Persons[row], InnerProducts.Row(data.Row(row), query));
    }
}
