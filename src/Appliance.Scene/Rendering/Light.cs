using System.Numerics;

namespace Appliance.Scene.Rendering;

/// <summary>The light of a place, in camera space (x right, y up, z to the camera). Colours are linear.</summary>
/// <param name="Towards">Unit vector to the sun or lamp.</param>
/// <param name="Key">Its light.</param>
/// <param name="Sky">Light from above.</param>
/// <param name="Ground">Light from below.</param>
public readonly record struct Light(Vector3 Towards, Vector3 Key, Vector3 Sky, Vector3 Ground)
{
    /// <summary>A bright day with thin cloud, the sun high at the left behind the camera.</summary>
    public static Light Day { get; } = new(
        Vector3.Normalize(new(-0.45f, 0.65f, 0.75f)), new(0.95f, 0.92f, 0.85f), new(0.50f, 0.53f, 0.58f), new(0.26f, 0.24f, 0.22f));

    /// <summary>Even light from all around, a little more from the front: a photo booth.</summary>
    public static Light Studio { get; } = new(
        Vector3.Normalize(new(0.20f, 0.35f, 0.95f)), new(0.70f, 0.69f, 0.67f), new(0.55f, 0.55f, 0.56f), new(0.40f, 0.39f, 0.38f));
}
