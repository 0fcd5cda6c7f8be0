using System.Numerics;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Heads;

/// <summary>The red of the lips and the line between them.</summary>
internal sealed class LipPainter
{
    private readonly HeadShape _shape;
    private readonly Vector3 _tint;
    private readonly float _bow, _gloss;
    private readonly uint _pattern;

    public LipPainter(HeadGenome genes, HeadShape shape)
    {
        _shape = shape;
        _bow = genes.Between(Gene.CupidBow, 0, 0.45f);
        _pattern = genes.Pattern(Gene.LipColour);

        // From the skin's own colour over rose to lipstick.
        var colour = genes[Gene.LipColour];
        _tint = colour < 0.72f
            ? Vector3.Lerp(new(0.92f, 0.76f, 0.74f), new(0.80f, 0.42f, 0.42f), colour / 0.72f)
            : Vector3.Lerp(new(0.85f, 0.22f, 0.26f), new(0.42f, 0.10f, 0.16f), (colour - 0.72f) / 0.28f);
        _gloss = colour < 0.72f ? 0.3f : 0.6f;
    }

    public void Paint(ref Texel texel, Vector3 p)
    {
        var ax = MathF.Abs(p.X);
        var t = ax / _shape.MouthHalfWidth;
        if (t > 1.15f || p.Z <= 0.3f)
            return;

        var line = _shape.MouthY + (_shape.MouthCurve * t * t) + (ValueNoise.At(p.X * 12, 0.5f, _pattern) * 0.004f);
        var v = p.Y - line;
        var arch = Math.Max(1 - (t * t), 0);
        var upper = _shape.UpperLip * MathF.Pow(arch, 0.75f) * (1 - (_bow * Ramp.Bell(p.X / 0.045f)) + (0.12f * Ramp.Bell((ax - 0.06f) / 0.05f)));
        var lower = -_shape.LowerLip * MathF.Pow(arch, 0.65f);
        const float edge = 0.009f;
        var red = Math.Min(Ramp.Smooth(upper + edge, upper - edge, v), Ramp.Smooth(lower - edge, lower + edge, v)) * Ramp.Smooth(1.02f, 0.94f, t);
        if (red > 0)
        {
            var grain = 1 + (0.10f * ValueNoise.At(p.X * 60, p.Y * 9, 0, _pattern));
            var shade = (v > 0 ? 0.80f : 1.0f) * grain;
            texel.Albedo *= Ramp.Lerp(Vector3.One, _tint * shade, red);
            texel.Gloss = Ramp.Lerp(texel.Gloss, _gloss, red);
        }

        var seam = Ramp.Bell(v / (0.009f + (0.006f * arch))) * Ramp.Smooth(1.1f, 0.96f, t);
        texel.Albedo *= new Vector3(1 - (seam * 0.80f), 1 - (seam * 0.88f), 1 - (seam * 0.88f));
        texel.Gloss *= 1 - seam;
        texel.Albedo *= 1 - (0.22f * Ramp.Bell((v - lower + 0.03f) / 0.025f) * arch);
    }
}
