using System.Numerics;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Studio;

/// <summary>How one picture of one face is taken.</summary>
/// <param name="FaceWidth">Share of the picture's width between the cheeks, 0.1..0.9.</param>
/// <param name="Light">Of the place.</param>
/// <param name="Yaw">Degrees; positive looks to the picture's right.</param>
/// <param name="Pitch">Degrees; positive looks down.</param>
/// <param name="Roll">Degrees; positive tilts clockwise.</param>
/// <param name="Blur">Box radius in pixels.</param>
/// <param name="Noise">Standard deviation of the grain in luma steps.</param>
/// <param name="Occlusion">Share of the face, from below or from a side, behind something; 0 = none.</param>
/// <param name="Offset">Of the face from the middle of the picture, in picture widths.</param>
public readonly record struct FaceShot(
    float FaceWidth, Light Light, float Yaw = 0, float Pitch = 0, float Roll = 0, int Blur = 0, float Noise = 0.8f, float Occlusion = 0,
    Vector2 Offset = default)
{
    /// <summary>What an operator would enrol: frontal, large, evenly lit.</summary>
    public static FaceShot Enrolment { get; } = new(0.45f, Light.Studio);

    /// <summary>Any picture that a camera might take of a face that can still be recognised.</summary>
    public static FaceShot Draw(ref SeededRandom random)
    {
        var towards = new Vector3(random.Between(-1, 1), random.Between(-0.1f, 1), random.Between(0.25f, 1));
        var key = random.Between(0.35f, 1.05f);
        var sky = random.Between(0.25f, 0.65f);
        var warm = random.Between(-0.12f, 0.12f);
        var tint = new Vector3(1 + warm, 1, 1 - warm);
        var light = new Light(
            Vector3.Normalize(towards), tint * key, new Vector3(1 - (warm * 0.5f), 1, 1 + (warm * 0.5f)) * sky, tint * (sky * random.Between(0.35f, 0.8f)));
        return new FaceShot(
            random.Between(0.30f, 0.68f), light,
            Math.Clamp(random.Gaussian() * 16, -42, 42), Math.Clamp(4 + (random.Gaussian() * 8), -20, 25), random.Gaussian() * 6,
            random.NextSingle() < 0.30f ? 1 : 0, random.Between(0.3f, 4),
            random.NextSingle() < 0.10f ? random.Between(0.1f, 0.35f) : 0,
            new Vector2(random.Between(-0.06f, 0.06f), random.Between(-0.05f, 0.05f)));
    }
}
