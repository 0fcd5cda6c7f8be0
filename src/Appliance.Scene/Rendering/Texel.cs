using System.Numerics;

namespace Appliance.Scene.Rendering;

/// <summary>What light needs to know of one spot of a surface.</summary>
internal struct Texel
{
    /// <summary>Outward, unit length, in the surface's own space.</summary>
    public Vector3 Normal;

    /// <summary>Share of red, green and blue light given back; linear, 0..1.</summary>
    public Vector3 Albedo;

    /// <summary>Share of the sky that the spot sees, 0..1.</summary>
    public float Openness;

    /// <summary>Strength of the highlight, 0..1.</summary>
    public float Gloss;

    /// <summary>Below one half the spot is a hole (between hairs, outside a rim).</summary>
    public float Cover;
}
