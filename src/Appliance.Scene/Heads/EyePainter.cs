using System.Numerics;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Heads;

/// <summary>The eyes: white, iris, pupil, catchlight, the shadow of the lid, lashes, the crease above.</summary>
internal sealed class EyePainter
{
    private static readonly Vector3[] s_irises =
    [
        new(0.035f, 0.018f, 0.010f), new(0.09f, 0.042f, 0.018f), new(0.20f, 0.11f, 0.04f), new(0.16f, 0.19f, 0.08f),
        new(0.12f, 0.24f, 0.38f), new(0.26f, 0.33f, 0.38f),
    ];

    private const float IrisRadius = 0.0585f;

    private readonly HeadShape _shape;
    private readonly Vector3 _iris, _shadow;
    private readonly float _lashes, _crease, _shade, _sin, _cos;
    private readonly uint _pattern;

    public EyePainter(HeadGenome genes, HeadShape shape)
    {
        _shape = shape;
        var iris = genes[Gene.Iris] * (s_irises.Length - 1.001f);
        _iris = Vector3.Lerp(s_irises[(int)iris], s_irises[(int)iris + 1], iris - (int)iris);
        _lashes = genes[Gene.Lashes];
        _crease = genes.Between(Gene.LidCrease, 0.015f, 0.065f);
        var made = genes[Gene.EyeShade];
        _shade = Math.Max(0, (made - 0.6f) / 0.4f);
        _shadow = made > 0.85f ? new(0.35f, 0.4f, 0.7f) : new(0.45f, 0.32f, 0.3f);
        (_sin, _cos) = MathF.SinCos(shape.EyeTilt);
        _pattern = genes.Pattern(Gene.Iris);
    }

    public void Paint(ref Texel texel, Vector3 p)
    {
        if (p.Z <= 0.3f)
            return;

        var side = p.X < 0 ? -1f : 1f;
        var dx = MathF.Abs(p.X) - _shape.EyeX;
        var u = (dx * _cos) + (p.Y * _sin);
        var v = (p.Y * _cos) - (dx * _sin);
        var t = u / _shape.EyeHalfWidth;
        if (MathF.Abs(t) > 1.6f || MathF.Abs(v) > 0.2f)
            return;

        // The lids' edges: highest a little towards the nose above, lowest a little outwards below.
        var arch = Math.Max(1 - (t * t), 0);
        var upper = _shape.EyeOpening * MathF.Pow(arch, 0.62f) * (1 - (0.18f * t));
        var lower = -_shape.EyeOpening * 0.72f * MathF.Pow(arch, 0.75f) * (1 + (0.15f * t));
        var edge = 0.008f;
        var inside = Math.Min(Ramp.Smooth(upper + edge, upper - edge, v), Ramp.Smooth(lower - edge, lower + edge, v))
            * Ramp.Smooth(1.02f, 0.96f, MathF.Abs(t));

        Lids(ref texel, t, v, upper, lower);
        if (inside <= 0)
            return;

        var white = new Vector3(0.66f, 0.62f, 0.59f);
        white = Ramp.Lerp(white, new Vector3(0.50f, 0.22f, 0.19f), Ramp.Smooth(-0.72f, -1f, t) * 0.9f);
        white *= 1 - (0.25f * t * t);
        var eye = white;
        float gloss = 0.35f;
        float ix = u * side, iy = v - (_shape.EyeOpening * 0.10f);
        var r = MathF.Sqrt((ix * ix) + (iy * iy)) / IrisRadius;
        if (r < 1.1f)
        {
            var spokes = ValueNoise.At(MathF.Atan2(iy, ix) * 5, r * 1.5f, _pattern) * 0.35f;
            var disc = _iris * (1.05f + spokes - (0.25f * r)) * (1 + (0.5f * Ramp.Smooth(0.2f, -0.6f, iy / IrisRadius)));
            disc *= Ramp.Smooth(1.05f, 0.72f, r) * 0.8f + 0.2f;
            disc = Ramp.Lerp(new Vector3(0.006f), disc, Ramp.Smooth(0.30f, 0.42f, r));
            eye = Ramp.Lerp(disc, white, Ramp.Smooth(0.93f, 1.06f, r));
        }

        // The lid and its lashes shade the upper part; the window of the room is seen in the cornea.
        eye *= 1 - (0.55f * Ramp.Smooth(upper - 0.045f, upper, v));
        float lx = p.X - (side * _shape.EyeX) + 0.018f, ly = iy - 0.022f;
        var catchlight = Ramp.Smooth(0.015f, 0.009f, MathF.Sqrt((lx * lx) + (ly * ly)));
        eye = Ramp.Lerp(eye, new Vector3(1.6f), catchlight * 0.9f);

        texel.Albedo = Ramp.Lerp(texel.Albedo, eye, inside);
        texel.Gloss = Ramp.Lerp(texel.Gloss, gloss, inside);
    }

    private void Lids(ref Texel texel, float t, float v, float upper, float lower)
    {
        var width = MathF.Abs(t);
        var within = Ramp.Smooth(1.12f, 0.9f, width);
        var line = 0.010f + (0.012f * _lashes);
        var lash = Ramp.Bell((v - upper - (line * 0.35f)) / line) * Ramp.Smooth(1.16f + (0.1f * _lashes), 0.97f, width);
        texel.Albedo *= 1 - (lash * (0.72f + (0.25f * _lashes)) * Ramp.Smooth(-1.1f, -0.6f, t));
        texel.Albedo *= 1 - (Ramp.Bell((v - lower + 0.006f) / 0.012f) * within * (0.22f + (0.4f * _lashes)));

        var crease = upper + _crease + (0.012f * (1 - (t * t)));
        texel.Albedo *= 1 - (0.42f * Ramp.Bell((v - crease) / 0.012f) * Ramp.Smooth(1.2f, 0.8f, width));
        var lid = Ramp.Smooth(upper - 0.01f, upper, v) * Ramp.Smooth(crease + 0.05f, crease - 0.01f, v) * within;
        if (_shade > 0)
            texel.Albedo *= Ramp.Lerp(Vector3.One, _shadow, lid * _shade);
    }
}
