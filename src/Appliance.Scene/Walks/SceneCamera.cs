using System.Numerics;

namespace Appliance.Scene.Walks;

/// <summary>
/// A camera on a pole: metres, x to the picture's right, y up from the ground, z away from the camera along the ground.
/// </summary>
/// <param name="Name">Its id, e.g. <c>gate</c>.</param>
/// <param name="Height">Metres above the ground.</param>
/// <param name="Tilt">Degrees it looks down.</param>
/// <param name="Zoom">Focal length in picture widths: 1.9 sees 29° across.</param>
public sealed record SceneCamera(string Name, float Height, float Tilt, float Zoom)
{
    /// <summary>Where a point of the site is in a picture of the given size, and pixels per metre there.</summary>
    public (Vector2 At, float PixelsPerMetre) Project(Vector3 point, int width, int height)
    {
        var (sin, cos) = MathF.SinCos(Tilt * MathF.PI / 180);
        var y = point.Y - Height;
        var depth = (point.Z * cos) - (y * sin);
        var up = (y * cos) + (point.Z * sin);
        var scale = Zoom * width / Math.Max(depth, 0.05f);
        return (new Vector2((width / 2f) + (point.X * scale), (height / 2f) - (up * scale)), scale);
    }

    /// <summary>Row in which the foot of a wall at the given distance appears.</summary>
    internal float GroundRow(float distance, int width, int height) => Project(new Vector3(0, 0, distance), width, height).At.Y;
}
