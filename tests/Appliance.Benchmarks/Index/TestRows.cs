using System.Globalization;
using System.Numerics.Tensors;
using Appliance.Core.Recognition;

namespace Appliance.Benchmarks.Index;

/// <summary>Seeded unit vectors in place of templates; one person per row, so that the nearest row is known by its person.</summary>
internal sealed class TestRows
{
    private readonly float[] _rows;
    private readonly float[] _queries;

    private TestRows(string kind, float[] rows, float[] queries, int dimensions)
    {
        (Kind, _rows, _queries, Dimensions) = (kind, rows, queries, dimensions);
    }

    public string Kind { get; }

    public int Dimensions { get; }

    public int Rows => _rows.Length / Dimensions;

    public int Queries => _queries.Length / Dimensions;

    public ReadOnlySpan<float> AllRows => _rows;

    public ReadOnlySpan<float> AllQueries => _queries;

    /// <summary>All directions alike; half of the queries are near some row (cosine about 0.7), half near none.</summary>
    public static TestRows Scattered(int count, int dimensions)
    {
        var random = new Random(1);
        var rows = new float[count * dimensions];
        for (var row = 0; row < count; row++)
            Fill(rows.AsSpan(row * dimensions, dimensions), random);
        return new("scattered", rows, QueriesFor(rows, count, dimensions, random), dimensions);
    }

    /// <summary>As templates are: groups of five that share half of their direction, groups that share a little.</summary>
    public static TestRows Clustered(int count, int dimensions)
    {
        var random = new Random(2);
        var rows = new float[count * dimensions];
        var common = new float[dimensions];
        var person = new float[dimensions];
        Fill(common, random);
        for (var row = 0; row < count; row++)
        {
            if (row % 5 == 0)
            {
                Fill(person, random);
                TensorPrimitives.MultiplyAdd(common, 0.3f, person, person);
            }

            var target = rows.AsSpan(row * dimensions, dimensions);
            Fill(target, random);
            TensorPrimitives.Add(target, person, target);
            Normalise(target);
        }

        return new("clustered", rows, QueriesFor(rows, count, dimensions, random), dimensions);
    }

    /// <summary>
    /// Real templates: all but <paramref name="queries"/> of them as rows, filled up to <paramref name="count"/> with mixtures of
    /// two, which lie where templates lie; the rest, spread evenly, as queries.
    /// </summary>
    public static TestRows Photos(float[][] templates, int count, int queries)
    {
        var random = new Random(3);
        var every = templates.Length / queries;
        var asked = templates.Where((_, i) => i % every == 0).Take(queries).ToArray();
        var real = templates.Except(asked).ToArray();
        var rows = new float[Math.Max(count, real.Length) * templates[0].Length];
        for (var row = 0; row * templates[0].Length < rows.Length; row++)
        {
            var target = rows.AsSpan(row * templates[0].Length, templates[0].Length);
            real[row % real.Length].CopyTo(target);
            if (row >= real.Length)
                TensorPrimitives.MultiplyAdd(real[random.Next(real.Length)], 0.9f, target, target);
            Normalise(target);
        }

        return new("LFW" + (count > real.Length ? " and mixtures" : ""), rows, [.. asked.SelectMany(t => t)], templates[0].Length);
    }

    public static int RowOf(PersonId person) => int.Parse(person.Value.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture);

    public ReadOnlySpan<float> Query(int index) => QueryRows(index, 1);

    public ReadOnlySpan<float> QueryRows(int first, int count) => _queries.AsSpan(first * Dimensions, count * Dimensions);

    public IEnumerable<(PersonId Person, IReadOnlyList<float[]> Templates)> Watchlist()
    {
        for (var row = 0; row < Rows; row++)
            yield return (new($"p{row}"), [_rows.AsSpan(row * Dimensions, Dimensions).ToArray()]);
    }

    private static float[] QueriesFor(float[] rows, int count, int dimensions, Random random)
    {
        const int Queries = 64;
        var queries = new float[Queries * dimensions];
        for (var query = 0; query < Queries; query++)
        {
            var target = queries.AsSpan(query * dimensions, dimensions);
            Fill(target, random);
            if (query % 2 == 0)
                TensorPrimitives.Add(target, rows.AsSpan(random.Next(count) * dimensions, dimensions), target);
            Normalise(target);
        }

        return queries;
    }

    /// <summary>A direction drawn evenly: normal deviates (Box and Muller), normalised.</summary>
    private static void Fill(Span<float> vector, Random random)
    {
        for (var i = 0; i < vector.Length; i++)
            vector[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        Normalise(vector);
    }

    private static void Normalise(Span<float> vector) => TensorPrimitives.Divide(vector, TensorPrimitives.Norm<float>(vector), vector);
}
