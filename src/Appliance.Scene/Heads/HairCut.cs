namespace Appliance.Scene.Heads;

/// <summary>A way to wear hair, in units of 10 cm and heights of the head.</summary>
/// <param name="Crown">How far it stands off the skull above.</param>
/// <param name="Sides">How far it stands off above the ears.</param>
/// <param name="Bottom">Where it ends behind and beside; below −0.9 it hangs in front of the ears.</param>
/// <param name="Fringe">Height down to which it falls over the forehead; null = combed back.</param>
/// <param name="BaldCrown">Only the wreath at the sides is left.</param>
/// <param name="Rise">How much higher it stands above the forehead than at the crown.</param>
internal readonly record struct HairCut(
    float Crown, float Sides, float Bottom, float? Fringe = null, bool BaldCrown = false, float Rise = 0)
{
    public static HairCut? Of(HeadGenome genes)
    {
        var volume = genes[Gene.HairVolume];
        var length = genes[Gene.HairLength];
        return genes.Choice(Gene.HairStyle, 13) switch
        {
            0 => null,
            1 => new(0.04f, 0.05f + (0.08f * volume), -0.7f, BaldCrown: true),
            2 => new(0.025f, 0.02f, -0.6f),
            3 => new(0.08f + (0.06f * volume), 0.04f, -0.65f),
            4 => new(0.16f + (0.12f * volume), 0.06f + (0.05f * volume), -0.65f, Rise: 0.10f),
            5 => new(0.20f + (0.15f * volume), 0.03f, -0.6f, Rise: 0.18f),
            6 => new(0.34f + (0.36f * volume), 0.28f + (0.34f * volume), -0.72f),
            7 => new(0.14f + (0.08f * volume), 0.12f + (0.10f * volume), -0.80f - (0.5f * length), Fringe: 0.36f),
            8 => new(0.09f + (0.08f * volume), 0.10f + (0.10f * volume), -1.3f - (0.9f * length)),
            9 => new(0.16f + (0.14f * volume), 0.20f + (0.22f * volume), -1.1f - (0.9f * length)),
            10 => new(0.05f, 0.04f, -0.75f),
            11 => new(0.12f + (0.08f * volume), 0.08f, -0.65f, Fringe: 0.42f),
            _ => new(0.12f + (0.14f * volume), 0.12f + (0.12f * volume), -1.2f - length, Fringe: 0.34f),
        };
    }
}
