using System.Numerics.Tensors;

namespace Appliance.Core.Recognition;

/// <summary>The best few shots of a track and their quality-weighted mean. All memory is taken at construction.</summary>
internal sealed class ShotStore(int capacity, int dimensions)
{
    private readonly float[] _templates = new float[capacity * dimensions];
    private readonly float[] _quality = new float[capacity];
    private readonly Candidate[] _candidate = new Candidate[capacity];
    private readonly long[] _order = new long[capacity];
    private readonly float[] _fused = new float[dimensions];
    private long _added;

    public int Count { get; private set; }

    public bool IsFull => Count == capacity;

    public ReadOnlySpan<float> Fused => Count == 0 ? [] : _fused;

    public float BestQuality => Count == 0 ? 0 : TensorPrimitives.Max<float>(_quality.AsSpan(0, Count));

    public float WorstQuality => Count == 0 ? 0 : TensorPrimitives.Min<float>(_quality.AsSpan(0, Count));

    public void Clear() => Count = 0;

    public ReadOnlySpan<float> Template(int shot) => _templates.AsSpan(shot * dimensions, dimensions);

    public float Quality(int shot) => _quality[shot];

    /// <summary>Whom the shot alone looks like; nobody until <see cref="Note"/>.</summary>
    public Candidate Candidate(int shot) => _candidate[shot];

    public void Note(int shot, Candidate candidate) => _candidate[shot] = candidate;

    /// <summary>
    /// Keeps a shot, in place of the worst when full. One that is worse than all takes the place of the oldest if
    /// <paramref name="always"/>, else is dropped. Returns where it lies, −1 if dropped.
    /// </summary>
    public int Add(ReadOnlySpan<float> template, float quality, bool always = false)
    {
        var slot = Count;
        if (IsFull)
        {
            slot = TensorPrimitives.IndexOfMin<float>(_quality.AsSpan(0, Count));
            if (quality < _quality[slot])
            {
                if (!always)
                    return -1;
                slot = TensorPrimitives.IndexOfMin<long>(_order.AsSpan(0, Count));
            }
        }
        else
        {
            Count++;
        }

        template.CopyTo(_templates.AsSpan(slot * dimensions, dimensions));
        _quality[slot] = quality;
        _order[slot] = ++_added;
        _candidate[slot] = default;
        Fuse();
        return slot;
    }

    private void Fuse()
    {
        Array.Clear(_fused);
        for (var shot = 0; shot < Count; shot++)
        {
            // Squared: one good picture says more than two poor ones. The floor lets a lone poor one count.
            var weight = Math.Max(1e-3f, _quality[shot] * _quality[shot]);
            TensorPrimitives.MultiplyAdd(Template(shot), weight, _fused, _fused);
        }

        var norm = TensorPrimitives.Norm<float>(_fused);
        if (norm > 0)
            TensorPrimitives.Divide(_fused, norm, _fused);
    }
}
