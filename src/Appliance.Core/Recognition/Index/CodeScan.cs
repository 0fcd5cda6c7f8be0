using System.Numerics.Tensors;

namespace Appliance.Core.Recognition.Index;

/// <summary>One query's way through the codes: rules rows out by their bounds, and computes exactly what is left.</summary>
internal ref struct CodeScan
{
    /// <summary>Rows kept in doubt at once; when they are too many they are settled early.</summary>
    public const int Suspects = 512;

    // Rows per step: their codes are 16 KB and pass through the first-level cache once.
    private const int Tile = 64;

    // Rounding of the float arithmetic itself, far above what 1024 products can add up to.
    private const float Slack = 2e-5f;

    private readonly ReadOnlySpan<float> _query;
    private readonly ReadOnlySpan<short> _codes;
    private readonly Span<Suspect> _suspects;
    private readonly float _scale;
    private readonly float _norm;
    private readonly float _slack;
    private TopPersons _exact;
    private TopPersons _atLeast;
    private int _count;

    public CodeScan(
        ReadOnlySpan<float> query, Span<short> codes, Span<Candidate> best, Span<Candidate> atLeast, Span<Suspect> suspects)
    {
        (_scale, var error) = Codes8.Encode(query, codes);
        _query = query;
        _codes = codes;
        _suspects = suspects;

        // ‖q̂‖ ≤ ‖q‖ + ‖q − q̂‖; rows have length 1, a little more after rounding.
        _norm = TensorPrimitives.Norm(query) + error;
        _slack = (error * 1.001f) + (Slack * Math.Max(1, _norm));
        _exact = new(best);
        _atLeast = new(atLeast);
    }

    /// <summary>A row that may be among the best: where it is, and the most it can be.</summary>
    public readonly record struct Suspect(int Row, float AtMost);

    public int Reranked { get; private set; }

    /// <summary>Returns how many persons were found.</summary>
    public int Run(TemplateTable.Snapshot snapshot)
    {
        Span<int> products = stackalloc int[Tile];
        Span<float> most = stackalloc float[Tile];
        Span<float> doubt = stackalloc float[Tile];
        for (var chunk = 0; chunk < snapshot.Chunks.Length; chunk++)
        {
            var rows = snapshot.RowsIn(chunk);
            var data = snapshot.Chunks[chunk];
            for (var from = 0; from < rows; from += Tile)
            {
                var count = Math.Min(Tile, rows - from);
                Codes8.Rows(data.Codes.Slice(from * data.Stride, count * data.Stride), _codes, products[..count]);
                Bound(products[..count], data.Scales.AsSpan(from, count), data.Errors.AsSpan(from, count), most, doubt);
                Pick(most[..count], doubt[..count], data, (chunk * TemplateChunk.FullRows) + from, from, snapshot);
            }
        }

        Settle(snapshot);
        return _exact.Count;
    }

    /// <summary><paramref name="most"/>: upper bounds; <paramref name="doubt"/>: half the width between the bounds.</summary>
    private readonly void Bound(
        ReadOnlySpan<int> products, ReadOnlySpan<float> scales, ReadOnlySpan<float> errors, Span<float> most, Span<float> doubt)
    {
        most = most[..products.Length];
        doubt = doubt[..products.Length];
        TensorPrimitives.Multiply(errors, _norm, doubt);
        TensorPrimitives.Add(doubt, _slack, doubt);
        TensorPrimitives.ConvertTruncating(products, most);
        TensorPrimitives.Multiply(most, _scale, most);
        TensorPrimitives.MultiplyAdd(most, scales, doubt, most);
    }

    private void Pick(
        scoped ReadOnlySpan<float> most, scoped ReadOnlySpan<float> doubt, TemplateChunk data, int firstRow, int from,
        TemplateTable.Snapshot snapshot)
    {
        var bar = Bar;
        for (var i = 0; i < most.Length; i++)
        {
            if (most[i] < bar)
                continue;

            if (_count == Suspects)
                Settle(snapshot);
            _suspects[_count++] = new(firstRow + i, most[i]);
            _atLeast.Offer(data.Persons[from + i], most[i] - (2 * doubt[i]));
            bar = Bar;
        }
    }

    private readonly float Bar => Math.Max(_atLeast.Bar, _exact.Bar);

    /// <summary>Computes the suspects that are still in doubt exactly.</summary>
    private void Settle(TemplateTable.Snapshot snapshot)
    {
        foreach (var suspect in _suspects[.._count])
        {
            if (suspect.AtMost < Bar)
                continue;

            var chunk = snapshot.Chunks[suspect.Row / TemplateChunk.FullRows];
            var row = suspect.Row % TemplateChunk.FullRows;
            _exact.Offer(chunk.Persons[row], InnerProducts.Row(chunk.Row(row), _query));
            Reranked++;
        }

        _count = 0;
    }
}
