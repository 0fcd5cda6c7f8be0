using System.Numerics;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Heads;

/// <summary>The brows, as strokes that lean outwards.</summary>
internal sealed class BrowPainter
{
    private readonly Vector3 _colour;
    private readonly float _y, _inner, _outer, _thickness, _arch, _tilt, _density;
    private readonly uint _pattern;

    public BrowPainter(HeadGenome genes, HeadShape shape)
    {
        _colour = HairColours.Of(genes) * 0.8f;
        _y = shape.BrowY;
        _inner = genes.Between(Gene.BrowGap, 0.02f, 0.16f);
        _outer = shape.EyeX + shape.EyeHalfWidth + 0.04f;
        _thickness = genes.Between(Gene.BrowThickness, 0.018f, 0.065f);
        _arch = genes.Between(Gene.BrowArch, 0.0f, 0.095f);
        _tilt = genes.Between(Gene.BrowTilt, -0.05f, 0.09f);
        _density = genes.Between(Gene.BrowDensity, 0.35f, 1f);
        _pattern = genes.Pattern(Gene.BrowDensity);
    }

    public void Paint(ref Texel texel, Vector3 p)
    {
        var ax = MathF.Abs(p.X);
        var t = (ax - _inner) / (_outer - _inner);
        if (t is < -0.1f or > 1.1f || p.Z < 0.2f)
            return;

        var centre = _y + (_tilt * t) + (_arch * (1 - Square((t - 0.62f) / 0.62f))) - (_arch * 0.5f);
        var half = _thickness * (t < 0.65f ? Ramp.Lerp(0.85f, 1f, t / 0.65f) : Ramp.Lerp(1f, 0.22f, (t - 0.65f) / 0.35f));
        var v = (p.Y - centre) / half;
        if (MathF.Abs(v) > 1.8f)
            return;

        var lean = Ramp.Lerp(0.2f, 1.4f, Math.Clamp(t, 0, 1));
        var strokes = ValueNoise.At((ax - (p.Y * lean * 0.6f)) * 75, p.Y * 16, 0, _pattern);
        var cover = Ramp.Smooth(1.35f, 0.55f, MathF.Abs(v) + (strokes * 0.35f)) * Ramp.Smooth(-0.08f, 0.12f, t) * Ramp.Smooth(1.08f, 0.9f, t);
        cover *= _density * (0.82f + (0.18f * strokes));
        texel.Albedo = Ramp.Lerp(texel.Albedo, _colour * (1 + (0.4f * strokes)), cover);
        texel.Gloss *= 1 - cover;
    }

    private static float Square(float x) => x * x;
}
