using System.Buffers;

namespace Appliance.Core.Recognition.Index;

/// <summary>Queries padded with zeros to the rows' length, in rented memory.</summary>
internal readonly ref struct QueryBuffer : IDisposable
{
    private readonly float[] _rented;

    public QueryBuffer(ReadOnlySpan<float> queries, int count, int dimensions, int stride)
    {
        Stride = stride;
        _rented = ArrayPool<float>.Shared.Rent(Math.Max(1, count * stride));
        _rented.AsSpan().Clear();
        for (var i = 0; i < count; i++)
            queries.Slice(i * dimensions, dimensions).CopyTo(_rented.AsSpan(i * stride));
    }

    public int Stride { get; }

    public ReadOnlySpan<float> Row(int index) => Rows(index, 1);

    public ReadOnlySpan<float> Rows(int first, int count) => _rented.AsSpan(first * Stride, count * Stride);

    /// <exception cref="ArgumentException">The queries are not of the index's model.</exception>
    public static void Check(int floats, int count, int dimensions)
    {
        if (floats != count * dimensions)
            throw new ArgumentException($"{floats} floats are not {count} templates of {dimensions}.");
    }

    /// <summary>Templates leave no trace in pooled memory.</summary>
    public void Dispose() => ArrayPool<float>.Shared.Return(_rented, clearArray: true);
}
