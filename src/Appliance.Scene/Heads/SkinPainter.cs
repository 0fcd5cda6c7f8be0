using System.Numerics;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Heads;

/// <summary>Skin: melanin, blood, freckles, moles, marks, patches of tan, wrinkles. Colours are linear.</summary>
internal sealed class SkinPainter
{
    private static readonly Vector3[] s_tones =
    [
        new(0.82f, 0.60f, 0.49f), new(0.70f, 0.45f, 0.33f), new(0.52f, 0.30f, 0.19f), new(0.30f, 0.15f, 0.085f),
        new(0.13f, 0.062f, 0.038f), new(0.055f, 0.028f, 0.02f),
    ];

    private readonly HeadShape _shape;
    private readonly Vector3 _base;
    private readonly float _flush, _freckles, _blotches, _wrinkles, _gloss, _bags, _nasolabial;
    private readonly uint _pattern, _fine;
    private readonly (float X, float Y, float Radius, float Strength)[] _moles;
    private readonly (Vector2 Centre, Vector2 Size, float Strength, Vector3 Tint) _mark;

    public SkinPainter(HeadGenome genes, HeadShape shape)
    {
        _shape = shape;
        var tone = genes[Gene.Melanin] * (s_tones.Length - 1.001f);
        var index = (int)tone;
        var colour = Vector3.Lerp(s_tones[index], s_tones[index + 1], tone - index);
        var warm = genes.Between(Gene.Undertone, -1, 1);
        _base = colour * new Vector3(1 + (0.05f * warm), 1 + (0.02f * warm), 1 - (0.16f * warm));
        _flush = genes.Between(Gene.Flush, 0.05f, 0.6f);
        _freckles = Math.Max(0, genes.Between(Gene.Freckles, -1.2f, 0.8f)) * (1 - genes[Gene.Melanin]);
        _blotches = genes.Between(Gene.Blotches, 0.03f, 0.30f);
        _wrinkles = genes[Gene.Wrinkles] * genes[Gene.Wrinkles];
        _gloss = genes.Between(Gene.Gloss, 0.08f, 0.5f);
        _bags = genes[Gene.EyeBags];
        _nasolabial = genes[Gene.Nasolabial];
        _pattern = genes.Pattern(Gene.BlotchPattern);
        _fine = _pattern + 17;

        var random = SeededRandom.For(genes.Pattern(Gene.Moles), 1);
        _moles = new (float, float, float, float)[(int)(genes[Gene.Moles] * 6)];
        foreach (ref var mole in _moles.AsSpan())
        {
            mole = (random.Between(-0.6f, 0.6f), random.Between(-1.0f, 0.6f), random.Between(0.010f, 0.028f),
                random.Between(0.4f, 0.95f));
        }

        random = SeededRandom.For(genes.Pattern(Gene.Mark), 2);
        var marked = genes[Gene.Mark] > 0.8f;
        _mark = (new(random.Between(-0.5f, 0.5f), random.Between(-0.75f, 0.55f)),
            new(random.Between(0.08f, 0.24f), random.Between(0.06f, 0.26f)),
            marked ? random.Between(0.35f, 0.7f) : 0,
            random.NextSingle() > 0.5f ? new(0.75f, 0.38f, 0.40f) : new(0.5f, 0.42f, 0.38f));
    }

    /// <summary>Mean colour, for ears and neck.</summary>
    public Vector3 Base => _base;

    public Texel Paint(Vector3 p)
    {
        float x = p.X, y = p.Y, ax = MathF.Abs(x);
        var patches = ValueNoise.Fractal(p.X * 2.1f, p.Y * 2.1f, p.Z * 2.1f, _pattern);
        var grain = ValueNoise.At(p.X * 38, p.Y * 38, p.Z * 38, _fine) * 0.04f;
        var colour = _base * (1 + (_blotches * patches) + grain);
        if (p.Z <= 0)
            return new Texel { Albedo = colour, Openness = 1, Gloss = _gloss * 0.3f, Cover = 1 };

        // Blood shows where the skin is thin or moved much.
        var blood = (0.8f * Ramp.Bell((ax - 0.42f) / 0.22f, (y + 0.35f) / 0.2f))
            + (0.7f * Ramp.Bell(x / 0.2f, (y - _shape.NoseTipY) / 0.14f)) + (0.3f * Ramp.Bell(x / 0.3f, (y - _shape.Chin - 0.15f) / 0.15f));
        blood *= _flush * (1 + (0.4f * patches));
        colour *= new Vector3(1 + (0.04f * blood), 1 - (0.30f * blood), 1 - (0.26f * blood));

        // The eyes lie in thinner, darker skin.
        var socket = Ramp.Bell((ax - _shape.EyeX) / 0.2f, (y - 0.0f) / 0.12f);
        colour *= new Vector3(1 - (0.14f * socket), 1 - (0.2f * socket), 1 - (0.18f * socket));
        var bag = Ramp.Bell((ax - _shape.EyeX + 0.02f) / 0.13f, (y + 0.105f) / 0.04f) * _bags;
        colour *= new Vector3(1 - (0.26f * bag), 1 - (0.32f * bag), 1 - (0.24f * bag));

        if (_freckles > 0)
        {
            var where = Ramp.Bell(ax / 0.55f, (y + 0.2f) / 0.32f);
            var spots = Ramp.Smooth(0.35f, 0.62f, ValueNoise.At(x * 24, y * 24, 0.5f, _fine + 3)) * where * _freckles;
            colour *= new Vector3(1 - (0.45f * spots), 1 - (0.62f * spots), 1 - (0.7f * spots));
        }

        foreach (var mole in _moles)
        {
            var spot = Ramp.Smooth(1.2f, 0.7f, MathF.Sqrt(Square(x - mole.X) + Square(y - mole.Y)) / mole.Radius);
            colour *= 1 - (mole.Strength * spot);
        }

        if (_mark.Strength > 0)
        {
            var edge = ValueNoise.Fractal(x * 7, y * 7, 2, _fine + 5) * 0.5f;
            var dx = (x - _mark.Centre.X) / _mark.Size.X;
            var dy = (y - _mark.Centre.Y) / _mark.Size.Y;
            var inside = Ramp.Smooth(1.1f, 0.85f, MathF.Sqrt((dx * dx) + (dy * dy)) + edge) * _mark.Strength;
            colour *= Ramp.Lerp(Vector3.One, _mark.Tint, inside / 0.7f);
        }

        colour *= 1 - Wrinkles(ax, y);
        var fold = Ramp.Bell(_shape.NasolabialDistance(ax, y) / 0.022f) * (0.15f + (0.35f * _nasolabial));
        colour *= new Vector3(1 - (fold * 0.6f), 1 - (fold * 0.75f), 1 - (fold * 0.75f));

        // Nostrils.
        var nostril = Ramp.Smooth(1.15f, 0.75f, MathF.Sqrt(
            Square((ax - (_shape.AlarX * 0.46f)) / (_shape.AlarX * 0.22f)) + Square((y - _shape.NoseTipY + 0.088f) / 0.020f)));
        colour *= 1 - (0.82f * nostril);

        var shine = _gloss * (0.5f + (0.5f * Ramp.Bell(x / 0.13f, (y + 0.15f) / 0.35f)) + (0.35f * Ramp.Bell(x / 0.4f, (y - 0.55f) / 0.2f)));
        return new Texel { Albedo = colour, Openness = 1 - (0.6f * nostril), Gloss = shine * (1 - nostril), Cover = 1 };
    }

    private float Wrinkles(float ax, float y)
    {
        if (_wrinkles < 0.02f)
            return 0;

        var sum = 0f;
        var wave = ValueNoise.At(ax * 3, 0.3f, _fine + 7) * 0.03f;
        for (var i = 0; i < 3; i++)
            sum += 0.45f * Ramp.Bell((y - 0.38f - (0.11f * i) - wave) / 0.014f) * Ramp.Smooth(0.55f, 0.3f, ax);

        sum += 0.4f * Ramp.Bell((ax - 0.055f - (wave * 0.5f)) / 0.012f) * Ramp.Bell((y - 0.2f) / 0.08f);
        var outer = ax - _shape.EyeX - _shape.EyeHalfWidth;
        if (outer is > 0.01f and < 0.16f)
        {
            for (var i = -1; i <= 1; i++)
                sum += 0.4f * Ramp.Bell((y - (outer * 0.5f * i)) / 0.011f) * Ramp.Smooth(0.16f, 0.05f, outer);
        }

        sum += 0.35f * Ramp.Bell((y + 0.14f + (Square(ax - _shape.EyeX) * 1.5f)) / 0.014f) * Ramp.Bell((ax - _shape.EyeX) / 0.13f);
        return Math.Min(sum * _wrinkles, 0.6f);
    }

    private static float Square(float x) => x * x;
}
