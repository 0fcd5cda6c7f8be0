using System.Numerics;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Heads;

/// <summary>Hair as a second skin around the skull, cut out along the hairline and ragged into strands.</summary>
internal sealed class HairShell
{
    private readonly HeadGenome _genes;
    private readonly HeadShape _shape;
    private readonly HairCut _cut;
    private readonly Vector3 _colour;
    private readonly float _curl, _parting, _hairline, _recession, _peak, _curtain;
    private readonly uint _pattern;

    private HairShell(HeadGenome genes, HeadShape shape, HairCut cut)
    {
        (_genes, _shape, _cut) = (genes, shape, cut);
        _colour = HairColours.Of(genes);
        _curl = cut.Sides > 0.26f ? 1 : Math.Max(0, genes.Between(Gene.Curl, -0.4f, 1f));
        _parting = genes.Between(Gene.Parting, -0.6f, 0.6f);
        _hairline = genes.Between(Gene.Hairline, 0.50f, 0.74f) * Math.Min(1, shape.Top / 1.1f);
        _recession = genes.Between(Gene.Recession, -0.02f, 0.15f);
        _peak = genes.Between(Gene.Recession, 0.02f, -0.05f);
        _curtain = genes.Between(Gene.Parting, 50, 64);
        _pattern = genes.Pattern(Gene.HairVolume);
    }

    /// <summary>Null for a bald head.</summary>
    public static Surface? Build(HeadGenome genes, HeadShape shape, int columns, int rows)
    {
        if (HairCut.Of(genes) is not { } cut)
            return null;

        return new HairShell(genes, shape, cut).Build(columns, rows);
    }

    private Surface Build(int columns, int rows)
    {
        var points = new Vector3[columns * rows];
        var texels = new Texel[columns * rows];
        var top = _shape.Top + _cut.Crown;
        for (var row = 0; row < rows; row++)
        {
            var y = ((top + _cut.Bottom) / 2) + ((top - _cut.Bottom) / 2 * MathF.Cos(MathF.PI * row / (rows - 1)));
            var section = Section(y, top);
            for (var column = 0; column < columns; column++)
            {
                var longitude = HeadModel.Longitude(column, columns);
                var degrees = MathF.Abs(longitude) * (180 / MathF.PI);
                var above = y - Hairline(degrees, longitude);
                var lift = _cut.Fringe is null && degrees < 60 ? 0.10f + (0.90f * Ramp.Smooth(-0.02f, 0.30f, above)) : 1;
                var sides = _cut.Bottom < -0.75f ? 0 : section.Off * (1 - Ramp.Smooth(-0.05f, 0.40f, above));
                var p = HeadShape.OnSection(
                    (section.Width - sides, section.Front - (section.Off * 0.75f * (1 - lift)), section.Back - sides, section.Roundness), longitude, y);
                var strand = Strand(longitude, y, p);
                var off = 1 + ((0.025f + (0.05f * _curl)) * strand * Math.Min(1, _cut.Crown * 8));
                if (_cut.Rise > 0)
                    p.Y += _cut.Rise * lift * Ramp.Bell((p.Z - 0.45f) / 0.4f) * Ramp.Smooth(0.4f, 0.9f, y) * (1 + (0.6f * MathF.Sin((p.X * 2) + (_parting * 4))));
                points[(row * columns) + column] = new Vector3(p.X * off, p.Y, p.Z * off);
                texels[(row * columns) + column] = Paint(longitude, y, p, strand, above);
            }
        }

        return new Surface(columns, rows, 4, points, texels, wraps: true, twoSided: _cut.Bottom < -0.9f);
    }

    /// <summary>The hair's outside at a height, and how far it stands off the skin.</summary>
    private (float Width, float Front, float Back, float Roundness, float Off) Section(float y, float top)
    {
        var onHead = y > 0 ? y * _shape.Top / top : y;
        var (width, front, back, roundness) = _shape.Section(Math.Max(onHead, _shape.Chin + 0.02f));
        var off = Ramp.Lerp(_cut.Sides, _cut.Crown, Ramp.Smooth(0.3f, 1f, onHead)) * _shape.Dome(onHead);
        if (y < 0.1f && _cut.Bottom < -0.75f)
        {
            // Hanging hair does not follow the jaw in.
            var level = _shape.Section(0.05f);
            var hang = Ramp.Smooth(0.1f, -0.2f, y);
            width = Ramp.Lerp(width, Math.Max(width, level.Width * (1 - (0.03f * y))), hang);
            back = Ramp.Lerp(back, Math.Max(back, level.Back * 0.85f), hang);
            front = Ramp.Lerp(front, 0.72f, hang);
            roundness = Ramp.Lerp(roundness, 2.3f, hang);
        }

        var fringe = _cut.Fringe is null ? 0 : 0.02f;
        return (width + off + 0.012f, front + (off * 0.75f) + 0.012f + fringe, back + off + 0.012f, roundness, off);
    }

    private float Strand(float longitude, float y, Vector3 p)
    {
        var straight = (0.6f * ValueNoise.At(longitude * 34, y * 1.6f, 0, _pattern)) + (0.4f * ValueNoise.At(longitude * 75, y * 2.5f, 1, _pattern));
        if (_curl <= 0)
            return straight;

        var curls = (0.65f * ValueNoise.At(p.X * 9, p.Y * 9, p.Z * 9, _pattern + 3)) + (0.35f * ValueNoise.At(p.X * 21, p.Y * 21, p.Z * 21, _pattern + 4));
        return Ramp.Lerp(straight, curls, _curl);
    }

    private Texel Paint(float longitude, float y, Vector3 p, float strand, float above)
    {
        var fine = ValueNoise.At(longitude * 140, y * 3, 2, _pattern + 8);
        var ragged = (strand + fine) * (_cut.Crown < 0.03f ? 0.012f : 0.028f);
        var inside = above + ragged;
        var cover = Ramp.Smooth(-0.03f, 0.05f, inside);
        if (_cut.BaldCrown)
            cover *= Ramp.Smooth(0.52f, 0.36f, y + ragged);

        if (_cut.Crown < 0.03f)
        {
            // Clippers leave the skin shining through.
            cover *= 0.75f + (0.5f * ValueNoise.At(p.X * 45, p.Y * 45, p.Z * 45, _pattern + 6));
        }

        var band = Ramp.Bell((y - 0.75f - (0.1f * strand)) / 0.25f);
        var light = 1 + (0.65f * strand) + (0.35f * band);
        if (_cut.Crown is > 0.06f and < 0.3f)
        {
            var part = p.X - (_parting * 0.5f);
            light *= 1 - (0.55f * Ramp.Bell(part / 0.025f) * Ramp.Smooth(0.7f, 0.95f, y) * Ramp.Smooth(0f, 0.3f, p.Z));
        }

        return new Texel
        {
            Albedo = _colour * Math.Max(light, 0.25f),
            Openness = Math.Clamp(0.75f + (0.4f * strand), 0.3f, 1) * Ramp.Lerp(0.75f, 1f, Ramp.Smooth(-0.6f, 0.3f, y)),
            Gloss = 0.22f * (1 - (0.6f * _curl)),
            Cover = cover,
        };
    }

    /// <summary>The height above which hair grows, at an angle from the nose.</summary>
    private float Hairline(float degrees, float longitude)
    {
        var front = _hairline;
        if (_cut.Fringe is { } fringe)
            front = fringe + (0.05f * _parting * MathF.Sign(longitude)) + (0.02f * MathF.Cos(degrees * 0.09f));

        var recession = _cut.Fringe is null ? _recession : 0;
        var hangs = _cut.Bottom < -0.75f;
        var sideburn = hangs ? _cut.Bottom : Ramp.Lerp(0.1f, -0.28f, _genes[Gene.HairLength]);
        var ear = hangs ? _cut.Bottom : 0.20f;
        var temple = hangs ? _curtain : 66;
        var nape = Math.Max(_cut.Bottom, -3) + 0.03f;
        ReadOnlySpan<(float, float)> line =
        [
            (0, front + (_cut.Fringe is null ? _peak : 0)), (-20, front), (-40, front + (recession * 0.8f)), (-54, front - 0.06f + (recession * 0.4f)),
            (-temple, 0.26f), (-temple - 9, sideburn), (-86, sideburn), (-91, ear), (-106, ear), (-116, nape), (-180, nape),
        ];
        return Ramp.Spline(line, -degrees);
    }
}
