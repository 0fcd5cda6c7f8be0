using System.Numerics;
using Appliance.Scene.Heads;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.People;

/// <summary>
/// A dressed body in the head's units (10 cm) and space (origin between the eyes): torso, and arms and legs that swing
/// from their joints.
/// </summary>
internal sealed class BodyModel
{
    private static readonly Vector3[] s_cloth =
    [
        new(0.03f, 0.04f, 0.08f), new(0.10f, 0.10f, 0.11f), new(0.42f, 0.40f, 0.36f), new(0.28f, 0.05f, 0.05f), new(0.05f, 0.13f, 0.09f),
        new(0.09f, 0.16f, 0.30f), new(0.62f, 0.33f, 0.03f), new(0.20f, 0.13f, 0.08f), new(0.55f, 0.55f, 0.53f), new(0.16f, 0.08f, 0.17f),
    ];

    private BodyModel(Surface[] torso, Surface[] arm, Surface[] leg, float shoulder)
    {
        Torso = torso;
        Arm = arm;
        Leg = leg;
        Shoulder = new Vector3(shoulder, -2.30f, -0.25f);
    }

    public Surface[] Torso { get; }

    /// <summary>Hangs from its own origin, the shoulder.</summary>
    public Surface[] Arm { get; }

    /// <summary>Hangs from its own origin, the hip.</summary>
    public Surface[] Leg { get; }

    /// <summary>The subject's left shoulder; the right one is its mirror image.</summary>
    public Vector3 Shoulder { get; }

    /// <summary>The subject's left hip; the right one is its mirror image.</summary>
    public static Vector3 Hip { get; } = new(0.80f, -7.9f, -0.25f);

    public static BodyModel Build(ulong seed, Vector3 skin)
    {
        var random = SeededRandom.For(seed, 0xB0D7);
        var top = s_cloth[random.Below(s_cloth.Length)];
        var trousers = s_cloth[random.Below(s_cloth.Length)] * 0.6f;
        var broad = random.Between(0.88f, 1.12f);
        var stripes = random.NextSingle() < 0.3f ? random.Between(4, 9) : 0;
        var vest = random.NextSingle() < 0.25f;
        var pattern = (uint)random.NextUInt64();
        var shoulder = 1.82f * broad;
        return new BodyModel(
            [BuildTorso(broad, top, trousers, skin, stripes, vest, pattern)],
            [BuildLimb(0.50f * broad, 0.28f, 5.6f, top, skin, 4.9f, pattern)],
            [BuildLimb(0.85f, 0.42f, 8.4f, trousers, new Vector3(0.03f), 7.9f, pattern)],
            shoulder);
    }

    private static Surface BuildTorso(
        float broad, Vector3 cloth, Vector3 trousers, Vector3 skin, float stripes, bool vest, uint pattern)
    {
        const int columns = 128, rows = 128;
        (float, float)[] width = [(-1.30f, 0.55f), (-1.50f, 0.70f), (-1.72f, 1.25f), (-2.02f, 1.85f), (-2.5f, 2.05f), (-3.8f, 1.85f), (-5.6f, 1.58f), (-7.0f, 1.72f), (-8.6f, 1.6f)];
        (float, float)[] depth = [(-1.30f, 0.52f), (-1.50f, 0.58f), (-1.72f, 0.72f), (-2.02f, 0.88f), (-2.5f, 1.02f), (-3.8f, 1.15f), (-5.6f, 1.0f), (-7.0f, 1.1f), (-8.6f, 1.0f)];
        var points = new Vector3[columns * rows];
        var texels = new Texel[columns * rows];
        for (var row = 0; row < rows; row++)
        {
            var t = row / (rows - 1f);
            var y = Ramp.Lerp(-1.30f, -8.6f, (0.6f * t) + (0.4f * t * t));
            var wide = Ramp.Spline(width, y) * (y < -1.6f ? broad : 1);
            var deep = Ramp.Spline(depth, y) * broad;
            for (var column = 0; column < columns; column++)
            {
                var (sin, cos) = MathF.SinCos((2 * MathF.PI * column / columns) - MathF.PI);
                var i = (row * columns) + column;
                var folds = 1 + (0.025f * ValueNoise.Fractal(sin * 2, y * 1.1f, cos * 2, pattern));
                points[i] = new Vector3(
                    sin * wide * folds, y + (0.15f * MathF.Abs(sin) * Ramp.Smooth(-2.6f, -1.8f, y)), (cos * deep * folds) - 0.25f);
                var neckline = -1.48f - (0.26f * Ramp.Smooth(0.2f, 1f, cos));
                var bare = Ramp.Smooth(neckline - 0.02f, neckline + 0.02f, y);
                var colour = cloth;
                if (stripes > 0)
                    colour *= MathF.Sin(y * stripes) > 0.2f ? 1.6f : 0.9f;
                if (vest && MathF.Abs(MathF.Abs(sin) - 0.42f) < 0.10f)
                    colour = new Vector3(0.75f, 0.72f, 0.12f);
                if (y < -7.0f)
                    colour = trousers * (y > -7.15f ? 0.5f : 1f);
                colour *= 1 + (0.10f * ValueNoise.Fractal(sin * 3, y * 2, cos * 3, pattern + 9));
                texels[i] = new Texel
                {
                    Albedo = Vector3.Lerp(colour, skin, bare),
                    Openness = Ramp.Lerp(0.75f, 1f, Ramp.Smooth(-1.3f, -2.2f, y)),
                    Gloss = 0.03f,
                    Cover = 1,
                };
            }
        }

        return new Surface(columns, rows, 4, points, texels, wraps: true);
    }

    private static Surface BuildLimb(float wide, float narrow, float length, Vector3 cloth, Vector3 end, float sleeve, uint pattern)
    {
        const int columns = 24, rows = 40;
        var points = new Vector3[columns * rows];
        var texels = new Texel[columns * rows];
        for (var row = 0; row < rows; row++)
        {
            var t = row / (rows - 1f);
            var round = MathF.Sqrt(Math.Clamp(Math.Min(t * 14, (1 - t) * 14), 0, 1));
            var radius = Ramp.Lerp(wide, narrow, MathF.Sqrt(t)) * round;
            var y = (wide * 0.9f) - (t * length);
            for (var column = 0; column < columns; column++)
            {
                var (sin, cos) = MathF.SinCos((2 * MathF.PI * column / columns) - MathF.PI);
                var i = (row * columns) + column;
                var folds = 1 + (0.05f * ValueNoise.Fractal(sin * 2, y * 1.5f, cos * 2, pattern + 4));
                points[i] = new Vector3(sin * radius * folds, y, cos * radius * folds);
                texels[i] = new Texel
                {
                    Albedo = t * length > sleeve ? end : cloth * (1 + (0.1f * ValueNoise.At(sin * 4, y * 3, cos * 4, pattern + 5))),
                    Openness = 0.85f,
                    Gloss = 0.03f,
                    Cover = 1,
                };
            }
        }

        return new Surface(columns, rows, 2, points, texels, wraps: true);
    }
}
