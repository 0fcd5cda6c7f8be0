using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Appliance.Core.Recognition.Index;

/// <summary>
/// One query's way through the codes, in three steps: a coarse product rules out almost every row, a fine one (same codes, finer
/// query) most of the rest, and what is left is computed exactly.
/// </summary>
internal ref struct CodeScan
{
    /// <summary>Rows kept in doubt at once; when they are too many they are settled early.</summary>
    public const int Suspects = 512;

    // Rows of each stream per step: large, because every change of step interrupts the streams.
    private const int Tile = 128;

    // Rounding of the float arithmetic itself, far above what 1024 products can add up to.
    private const float Rounding = 2e-5f;

    private readonly ReadOnlySpan<float> _query;
    private readonly ReadOnlySpan<sbyte> _coarse;
    private readonly ReadOnlySpan<short> _fine;
    private readonly Bounds _coarseBounds;
    private readonly Bounds _fineBounds;
    private readonly Span<Suspect> _suspects;
    private TopPersons _exact;
    private TopPersons _atLeast;
    private int _count;

    public CodeScan(
        ReadOnlySpan<float> query, Span<sbyte> coarse, Span<short> fine, Span<Candidate> best, Span<Candidate> atLeast,
        Span<Suspect> suspects)
    {
        var norm = TensorPrimitives.Norm(query);
        _coarseBounds = new(Codes8.Encode(query, coarse, Codes8.CoarseLevels), norm);
        _fineBounds = new(Codes8.Encode(query, fine, Codes8.FineLevels), norm);
        _query = query;
        _coarse = coarse;
        _fine = fine;
        _suspects = suspects;
        _exact = new(best);
        _atLeast = new(atLeast);
    }

    /// <summary>A row that may be among the best: where it is, and the most it can be.</summary>
    public readonly record struct Suspect(int Row, float AtMost);

    /// <summary>Rows whose exact product was needed.</summary>
    public int Reranked { get; private set; }

    // Whatever is below what the k-th best person surely has is out.
    private readonly float Bar => Math.Max(_atLeast.Bar, _exact.Bar);

    /// <summary>Returns how many persons were found.</summary>
    public int Run(TemplateTable.Snapshot snapshot)
    {
        Span<int> products = stackalloc int[Tile * InnerProducts.Streams];
        for (var chunk = 0; chunk < snapshot.Chunks.Length; chunk++)
        {
            var rows = snapshot.RowsIn(chunk);
            var data = snapshot.Chunks[chunk];
            var distance = rows / InnerProducts.Streams;
            for (var from = 0; from < distance; from += Tile)
            {
                var count = Math.Min(Tile, distance - from);
                Codes8.FourStreams(data.Codes, distance, from, count, _coarse, products);
                for (var s = 0; s < InnerProducts.Streams; s++)
                {
                    var first = (s * distance) + from;
                    Pick(products.Slice(s * count, count), data.Scales.AsSpan(first, count), snapshot, chunk, first);
                }
            }

            for (var row = InnerProducts.Streams * distance; row < rows; row++)
                Examine(snapshot, chunk, row);
        }

        Settle(snapshot);
        return _exact.Count;
    }

    /// <summary>Examines those of the rows from <paramref name="from"/> on that their coarse products do not rule out.</summary>
    private void Pick(
        scoped ReadOnlySpan<int> products, scoped ReadOnlySpan<float> scales, TemplateTable.Snapshot snapshot, int chunk, int from)
    {
        // A row is out if ((product − bias) · step + doubt) · scale + slack is below the bar; eight at a time almost always are.
        var doubt = _coarseBounds.DoubtPerScale(snapshot.Chunks[chunk].ErrorPerScale);
        var bar = Bar - _coarseBounds.Slack;
        var i = 0;
        ref var product = ref MemoryMarshal.GetReference(products);
        ref var scale = ref MemoryMarshal.GetReference(scales[..products.Length]);
        for (; i <= products.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            var about = Vector.ConvertToSingle(Vector.LoadUnsafe(ref product, (nuint)i) - new Vector<int>(_coarseBounds.Bias));
            var most = Vector.FusedMultiplyAdd(about, new(_coarseBounds.Step), new(doubt)) * Vector.LoadUnsafe(ref scale, (nuint)i);
            if (Vector.LessThanAll(most, new(bar)))
                continue;

            for (var j = 0; j < Vector<float>.Count; j++)
            {
                if (most[j] >= bar)
                    Examine(snapshot, chunk, from + i + j);
            }

            bar = Bar - _coarseBounds.Slack;
        }

        for (; i < products.Length; i++)
            Examine(snapshot, chunk, from + i);
    }

    /// <summary>Puts the row under suspicion unless its fine product rules it out.</summary>
    private void Examine(TemplateTable.Snapshot snapshot, int chunk, int row)
    {
        var data = snapshot.Chunks[chunk];
        var product = Codes8.Row(data.Codes.Slice(row * data.Stride, data.Stride), _fine);
        var atMost = _fineBounds.AtMost(product, data.Scales[row], data.Errors[row]);
        if (atMost < Bar)
            return;

        if (_count == Suspects)
            Settle(snapshot);
        _suspects[_count++] = new((chunk * TemplateChunk.FullRows) + row, atMost);
        _atLeast.Offer(data.Persons[row], atMost - (2 * _fineBounds.Doubt(data.Errors[row])));
    }

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

    /// <summary>From a product of codes to what the exact product can be at most; ‖q̂‖ ≤ ‖q‖ + ‖q − q̂‖.</summary>
    private readonly struct Bounds(QueryCodes codes, float norm)
    {
        private readonly float _norm = norm + codes.Error;

        public int Bias => codes.Bias;

        public float Step => codes.Scale;

        public float Slack { get; } = (codes.Error * 1.001f) + (Rounding * Math.Max(1, norm));

        public float Doubt(float rowError) => (rowError * _norm) + Slack;

        /// <summary>Of a row whose error is at most so many of its steps, without the slack, in such steps.</summary>
        public float DoubtPerScale(float errorPerScale) => errorPerScale * _norm;

        public float AtMost(int product, float rowScale, float rowError) =>
            ((product - codes.Bias) * codes.Scale * rowScale) + Doubt(rowError);
    }
}
