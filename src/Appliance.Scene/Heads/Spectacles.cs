using System.Numerics;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Heads;

/// <summary>Rims, bridge and arms; a third of all heads wear them.</summary>
internal static class Spectacles
{
    private static readonly Vector3[] s_colours =
    [
        new(0.008f, 0.008f, 0.009f), new(0.09f, 0.035f, 0.015f), new(0.30f, 0.25f, 0.16f), new(0.16f, 0.012f, 0.02f), new(0.03f, 0.06f, 0.16f),
        new(0.35f, 0.36f, 0.38f),
    ];

    public static void Build(HeadGenome genes, HeadShape shape, List<Surface> into)
    {
        var kind = genes[Gene.Glasses];
        if (kind < 0.66f)
            return;

        var colour = s_colours[genes.Choice(Gene.GlassesColour, s_colours.Length)];
        var thick = kind > 0.80f ? 0.030f : 0.012f;
        var width = genes.Between(Gene.GlassesSize, 0.20f, 0.27f);
        var (height, squareness) = kind switch
        {
            < 0.74f => (width * 0.92f, 2f),
            < 0.80f => (width * 0.62f, 3f),
            < 0.88f => (width * 0.78f, 3.2f),
            < 0.94f => (width * 0.95f, 2.2f),
            _ => (width * 0.60f, 4f),
        };
        var centre = Math.Max(shape.EyeX, width + 0.06f);
        var front = shape.Sculpt(HeadShape.OnSection(shape.Section(0.05f), 0, 0.05f)).Z + 0.075f;
        Span<Vector3> ring = stackalloc Vector3[48];
        Span<Vector3> line = stackalloc Vector3[12];
        for (var side = -1; side <= 1; side += 2)
        {
            for (var i = 0; i < ring.Length; i++)
            {
                var (sin, cos) = MathF.SinCos(2 * MathF.PI * i / ring.Length);
                var x = centre + (width * MathF.CopySign(MathF.Pow(MathF.Abs(cos), 2 / squareness), cos));
                var y = -0.03f + (height * MathF.CopySign(MathF.Pow(MathF.Abs(sin), 2 / squareness), sin));
                ring[i] = new Vector3(side * x, y, front - (0.22f * x * x));
            }

            into.Add(Tube.Build(ring, true, thick, thick, colour, 0.5f));
            var hinge = centre + width;
            var ear = shape.CheekWidth + 0.045f;
            for (var i = 0; i < line.Length; i++)
            {
                var t = i / (line.Length - 1f);
                line[i] = new Vector3(
                    side * Ramp.Lerp(hinge, ear, MathF.Sqrt(t)), 0.05f + (0.03f * t), Ramp.Lerp(front - (0.22f * hinge * hinge), -0.12f, t));
            }

            into.Add(Tube.Build(line, false, thick * 0.7f, thick, colour, 0.4f));
        }

        for (var i = 0; i < line.Length; i++)
        {
            var t = (2f * i / (line.Length - 1)) - 1;
            line[i] = new Vector3(t * (centre - width), 0.03f - (0.035f * t * t), front + 0.012f);
        }

        into.Add(Tube.Build(line, false, thick * 0.8f, thick, colour, 0.5f));
    }
}
