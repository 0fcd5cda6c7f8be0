using Appliance.Scene.Randomness;

namespace Appliance.Scene.Heads;

/// <summary>All that makes one head different from another: one number 0..1 per <see cref="Gene"/>.</summary>
public sealed class HeadGenome
{
    private readonly float[] _values;

    /// <param name="values">One per <see cref="Gene"/>, each 0..1; copied.</param>
    public HeadGenome(ReadOnlySpan<float> values)
    {
        if (values.Length != Count)
            throw new ArgumentException($"A head has {Count} genes, not {values.Length}.", nameof(values));

        _values = values.ToArray();
    }

    public static int Count { get; } = Enum.GetValues<Gene>().Length;

    public float this[Gene gene] => _values[(int)gene];

    public ReadOnlySpan<float> Values => _values;

    /// <summary>
    /// A head drawn from the whole space: every gene uniform, all independent but for custom: who wears hair long or paints
    /// the lips mostly wears no beard, and who wears a beard paints nothing.
    /// </summary>
    public static HeadGenome FromSeed(ulong seed)
    {
        var random = SeededRandom.For(seed, 0x4EAD);
        var values = new float[Count];
        foreach (ref var value in values.AsSpan())
            value = random.NextSingle();

        ref var beard = ref values[(int)Gene.Beard];
        ref var moustache = ref values[(int)Gene.Moustache];
        var painted = values[(int)Gene.LipColour] > 0.72f || values[(int)Gene.EyeShade] > 0.6f;
        if (painted || values[(int)Gene.HairStyle] > 0.53f)
        {
            if (random.NextSingle() < 0.85f)
            {
                beard *= 0.5f;
                moustache *= 0.85f;
            }
        }

        if (beard >= 0.5f || moustache > 0.88f)
        {
            values[(int)Gene.LipColour] *= 0.7f;
            values[(int)Gene.EyeShade] *= 0.6f;
        }

        return new HeadGenome(values);
    }

    /// <summary>The gene as a length or share between <paramref name="low"/> and <paramref name="high"/>.</summary>
    public float Between(Gene gene, float low, float high) => low + ((high - low) * this[gene]);

    /// <summary>The gene as one of <paramref name="count"/> kinds.</summary>
    public int Choice(Gene gene, int count) => Math.Clamp((int)(this[gene] * count), 0, count - 1);

    /// <summary>A seed for the details of a gene that is a pattern.</summary>
    public uint Pattern(Gene gene) => (uint)(this[gene] * 65521f) * 2654435761u;
}
