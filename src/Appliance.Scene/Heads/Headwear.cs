using System.Numerics;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Heads;

/// <summary>Wool hat, hard hat or headscarf; most heads wear none.</summary>
internal static class Headwear
{
    private static readonly Vector3[] s_colours =
    [
        new(0.02f, 0.03f, 0.06f), new(0.35f, 0.03f, 0.03f), new(0.75f, 0.45f, 0.02f), new(0.6f, 0.6f, 0.58f), new(0.05f, 0.16f, 0.09f),
        new(0.25f, 0.14f, 0.28f),
    ];

    private enum Kind { None, Beanie, HardHat, Scarf }

    /// <summary>Hides the hair.</summary>
    public static bool Covers(HeadGenome genes) => Of(genes) != Kind.None;

    /// <summary>Hides the ears too.</summary>
    public static bool CoversEars(HeadGenome genes) => Of(genes) == Kind.Scarf;

    public static Surface? Build(HeadGenome genes, HeadShape shape, int columns, int rows)
    {
        var kind = Of(genes);
        if (kind == Kind.None)
            return null;

        var colour = s_colours[genes.Choice(Gene.HeadwearColour, s_colours.Length)];
        var pattern = genes.Pattern(Gene.HeadwearColour);
        var off = kind switch { Kind.Beanie => 0.07f, Kind.HardHat => 0.15f, _ => 0.06f };
        var rim = genes.Between(Gene.Hairline, 0.36f, 0.52f);
        var bottom = kind == Kind.Scarf ? -1.9f : kind == Kind.HardHat ? rim : -0.2f;
        var top = shape.Top + (off * 1.4f);
        var points = new Vector3[columns * rows];
        var texels = new Texel[columns * rows];
        for (var row = 0; row < rows; row++)
        {
            var y = ((top + bottom) / 2) + ((top - bottom) / 2 * MathF.Cos(MathF.PI * row / (rows - 1)));
            var onHead = y > 0 ? y * shape.Top / top : y;
            var (width, front, back, roundness) = shape.Section(Math.Max(onHead, shape.Chin + 0.1f));
            var dome = shape.Dome(onHead) * off;
            if (kind == Kind.Scarf && y < 0)
            {
                var fall = Ramp.Smooth(-0.2f, -1.9f, y);
                width = Math.Max(width, Ramp.Lerp(shape.CheekWidth, shape.CheekWidth * 1.5f, fall));
                back = Math.Max(back, 0.8f);
                front = Math.Max(front * (1 - fall), Ramp.Lerp(0.75f, 0.9f, fall));
            }

            var brim = kind == Kind.HardHat ? 0.12f * Ramp.Smooth(rim + 0.09f, rim, y) : 0;
            var hem = kind == Kind.Beanie ? 0.035f * Ramp.Smooth(rim + 0.26f, rim + 0.22f, y) : 0;
            for (var column = 0; column < columns; column++)
            {
                var longitude = HeadModel.Longitude(column, columns);
                var forward = brim * (1 + MathF.Max(0, MathF.Cos(longitude)));
                var p = HeadShape.OnSection((width + dome + brim + hem, front + dome + forward + hem, back + dome + brim + hem, roundness), longitude, y);
                var degrees = MathF.Abs(longitude) * (180 / MathF.PI);
                var weave = kind == Kind.Beanie ? MathF.Sin(longitude * 70) * 0.4f : ValueNoise.Fractal(p.X * 4, p.Y * 2, p.Z * 4, pattern) * 0.4f;
                if (kind == Kind.HardHat)
                    weave = 0;
                var fold = kind == Kind.Scarf ? 1 + (0.03f * weave) : 1;
                points[(row * columns) + column] = new Vector3(p.X * fold, y, p.Z * fold);
                texels[(row * columns) + column] = new Texel
                {
                    Albedo = colour * (1 + (0.5f * weave)),
                    Openness = kind == Kind.Beanie ? 0.8f + (0.2f * weave) : 0.95f,
                    Gloss = kind == Kind.HardHat ? 0.8f : 0.05f,
                    Cover = kind switch
                    {
                        Kind.Beanie => Ramp.Smooth(-0.02f, 0.02f, y - rim + (0.55f * Ramp.Smooth(70, 120, degrees))),
                        Kind.HardHat => 1,
                        _ => ScarfCover(shape, degrees, y, rim),
                    },
                };
            }
        }

        return new Surface(columns, rows, 4, points, texels, wraps: true, twoSided: true);
    }

    private static float ScarfCover(HeadShape shape, float degrees, float y, float rim)
    {
        var below = y < 0 ? -y / (0.12f - shape.Chin) : y / (rim + 0.12f);
        var r = MathF.Sqrt((degrees / 64 * degrees / 64) + (below * below));
        return Ramp.Smooth(0.97f, 1.03f, r);
    }

    private static Kind Of(HeadGenome genes) => genes[Gene.Headwear] switch
    {
        < 0.80f => Kind.None,
        < 0.88f => Kind.Beanie,
        < 0.94f => Kind.HardHat,
        _ => Kind.Scarf,
    };
}
