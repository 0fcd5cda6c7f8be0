using System.Numerics;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Heads;

/// <summary>Stubble, moustache, goatee, full beard: where it grows, how far it stands out, its colour.</summary>
internal sealed class BeardPainter
{
    private readonly HeadShape _shape;
    private readonly Vector3 _colour;
    private readonly Style _style;
    private readonly bool _moustache;
    private readonly float _density, _length;
    private readonly uint _pattern;

    private enum Style { None, Stubble, Goatee, ChinStrap, Full, Long }

    public BeardPainter(HeadGenome genes, HeadShape shape)
    {
        _shape = shape;
        _colour = HairColours.OfBeard(genes);

        // Half of all heads grow none, or none that shows.
        _style = genes[Gene.Beard] switch
        {
            < 0.50f => Style.None,
            < 0.60f => Style.Stubble,
            < 0.70f => Style.Goatee,
            < 0.76f => Style.ChinStrap,
            < 0.90f => Style.Full,
            _ => Style.Long,
        };
        _moustache = genes[Gene.Moustache] > (_style == Style.None ? 0.88f : 0.3f);
        _density = genes.Between(Gene.BeardDensity, 0.55f, 1f);
        _length = _style switch { Style.Long => 0.13f, Style.Full => 0.05f, Style.Goatee => 0.045f, _ => 0.01f };
        _pattern = genes.Pattern(Gene.BeardDensity);
    }

    /// <summary>How densely hair grows at a point of the face, 0..1.</summary>
    public float Cover(Vector3 p)
    {
        if ((_style == Style.None && !_moustache) || p.Z < -0.15f || p.Y > 0.1f)
            return 0;

        float ax = MathF.Abs(p.X), y = p.Y;
        var wobble = ValueNoise.At(p.X * 9, y * 9, p.Z * 9, _pattern) * 0.035f;
        var mouth = _shape.MouthY;
        var lip = MathF.Sqrt(Square(ax / (_shape.MouthHalfWidth * 1.06f)) + Square((y - mouth) / (y > mouth ? _shape.UpperLip * 1.25f : _shape.LowerLip * 1.2f)));
        var offLips = Ramp.Smooth(0.95f, 1.15f, lip);

        var cover = 0f;
        if (_style is Style.Full or Style.Long or Style.Stubble)
        {
            // From the sideburn down the cheek to the mouth's corner.
            var line = mouth + 0.10f + (MathF.Pow(Math.Clamp((ax - 0.22f) / 0.45f, 0, 1.2f), 1.6f) * 0.62f) + wobble;
            cover = Ramp.Smooth(line + 0.05f, line - 0.05f, y);
            if (ax < _shape.MouthHalfWidth + 0.02f)
                cover *= Ramp.Smooth(mouth + 0.02f, mouth - 0.04f, y);
        }
        else if (_style == Style.ChinStrap)
        {
            var edge = _shape.Chin + 0.20f + (MathF.Pow(Math.Clamp(ax / 0.65f, 0, 1.3f), 2.2f) * 0.75f) + (wobble * 0.5f);
            cover = Ramp.Smooth(edge + 0.03f, edge - 0.03f, y);
        }
        else if (_style == Style.Goatee)
        {
            var r = MathF.Sqrt(Square(ax / (_shape.MouthHalfWidth + 0.05f)) + Square((y - mouth + 0.22f) / 0.30f));
            cover = Ramp.Smooth(1.12f, 0.95f, r + (wobble * 2)) * Ramp.Smooth(mouth + 0.03f, mouth - 0.03f, y);
        }

        if (_moustache)
        {
            var under = Ramp.Smooth(_shape.NoseTipY - 0.09f, _shape.NoseTipY - 0.13f, y + wobble);
            var above = Ramp.Smooth(mouth - 0.03f, mouth + 0.01f, y + (ax * 0.12f));
            cover = Math.Max(cover, under * above * Ramp.Smooth(_shape.MouthHalfWidth + 0.09f, _shape.MouthHalfWidth + 0.02f, ax + wobble));
        }

        return cover * offLips;
    }

    /// <summary>How far the hair stands off the skin where it covers fully, in units.</summary>
    public float Length(Vector3 p, float cover) =>
        _length * cover * (1 + (0.3f * ValueNoise.At(p.X * 22, p.Y * 10, p.Z * 22, _pattern + 1)))
        * Ramp.Lerp(0.6f, 1.3f, Ramp.Smooth(_shape.MouthY, _shape.Chin, p.Y));

    public void Paint(ref Texel texel, Vector3 p, float cover)
    {
        if (cover <= 0)
            return;

        var strands = ValueNoise.At(p.X * 55, p.Y * 20, p.Z * 55, _pattern + 2);
        var strength = _style == Style.Stubble
            ? cover * (0.28f + (0.22f * _density) + (0.14f * strands))
            : cover * Math.Min(1, _density + (0.2f * strands));
        texel.Albedo = Ramp.Lerp(texel.Albedo, _colour * (1 + (0.55f * strands)), strength);
        texel.Gloss *= 1 - (0.8f * strength);
        texel.Openness *= 1 - (0.15f * strength * (1 - strands));
    }

    private static float Square(float x) => x * x;
}
