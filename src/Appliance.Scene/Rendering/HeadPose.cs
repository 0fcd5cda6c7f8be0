using System.Numerics;

namespace Appliance.Scene.Rendering;

/// <summary>
/// How a head is turned, in degrees, and where it is seen.
/// </summary>
/// <param name="X">Picture column of the point between the eyes and ears, pixels.</param>
/// <param name="Y">Picture row of the same point, pixels.</param>
/// <param name="Scale">Pixels per 10 cm at that point.</param>
/// <param name="Yaw">Positive looks to the picture's right.</param>
/// <param name="Pitch">Positive looks down.</param>
/// <param name="Roll">Positive tilts clockwise as seen in the picture.</param>
/// <param name="Distance">Camera distance in units of 10 cm; gives the perspective.</param>
public readonly record struct HeadPose(float X, float Y, float Scale, float Yaw = 0, float Pitch = 0, float Roll = 0, float Distance = 25)
{
    /// <summary>From the head's own space to camera space; both have their origin in the head.</summary>
    internal Matrix4x4 Rotation =>
        Matrix4x4.CreateRotationY(Yaw * MathF.PI / 180) * Matrix4x4.CreateRotationX(Pitch * MathF.PI / 180)
        * Matrix4x4.CreateRotationZ(-Roll * MathF.PI / 180);

    /// <summary>From camera space (units) to the picture (pixels).</summary>
    internal Vector2 Project(Vector3 p)
    {
        var scale = Scale * Distance / (Distance - p.Z);
        return new Vector2(X + (p.X * scale), Y - (p.Y * scale));
    }

    /// <summary>Back from the picture to camera space, at a known depth.</summary>
    internal Vector3 Unproject(float x, float y, float z)
    {
        var units = (Distance - z) / (Scale * Distance);
        return new Vector3((x - X) * units, (Y - y) * units, z);
    }
}
