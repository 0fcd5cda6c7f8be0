using System.Numerics;

namespace Appliance.Scene.Heads;

/// <summary>Linear colours of hair, brows and beard.</summary>
internal static class HairColours
{
    private static readonly Vector3[] s_pigments =
    [
        new(0.010f, 0.009f, 0.010f), new(0.026f, 0.016f, 0.011f), new(0.062f, 0.034f, 0.018f), new(0.13f, 0.068f, 0.032f),
        new(0.17f, 0.052f, 0.020f), new(0.34f, 0.12f, 0.032f), new(0.30f, 0.20f, 0.10f), new(0.52f, 0.37f, 0.18f),
    ];

    public static Vector3 Of(HeadGenome genes)
    {
        var place = genes[Gene.HairColour] * (s_pigments.Length - 1.001f);
        var pigment = Vector3.Lerp(s_pigments[(int)place], s_pigments[(int)place + 1], place - (int)place);
        var grey = Ramp.Smooth(0.62f, 0.95f, genes[Gene.Grey]);
        return Vector3.Lerp(pigment, new Vector3(0.52f, 0.51f, 0.50f), grey);
    }

    public static Vector3 OfBeard(HeadGenome genes)
    {
        var own = Of(genes);
        var shift = genes[Gene.BeardColour];
        return shift < 0.7f
            ? own * Ramp.Lerp(0.75f, 1.25f, shift / 0.7f)
            : Vector3.Lerp(own, new Vector3(0.42f, 0.40f, 0.39f), (shift - 0.7f) / 0.3f);
    }
}
