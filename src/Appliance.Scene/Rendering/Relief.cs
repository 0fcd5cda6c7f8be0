using System.Numerics;

namespace Appliance.Scene.Rendering;

/// <summary>
/// Ambient occlusion from the shape of the sheet itself: a spot that lies below the mean of its surroundings sees less sky.
/// </summary>
internal static class Relief
{
    /// <param name="points">Grid, row by row; columns wrap.</param>
    /// <param name="texels">With normals; <see cref="Texel.Openness"/> is lowered in hollows.</param>
    /// <param name="columns">Of the grid.</param>
    /// <param name="rows">Of the grid.</param>
    public static void Shade(Vector3[] points, Texel[] texels, int columns, int rows)
    {
        // Fine folds (lids, lips) and broad hollows (sockets, under the lip and nose).
        Darken(points, texels, columns, rows, Math.Max(columns / 100, 1), 7f);
        Darken(points, texels, columns, rows, columns / 32, 3.2f);
    }

    private static void Darken(Vector3[] points, Texel[] texels, int columns, int rows, int radius, float strength)
    {
        var across = new Vector3[points.Length];
        var mean = new Vector3[points.Length];
        var size = (2 * radius) + 1;
        for (var y = 0; y < rows; y++)
        {
            var row = y * columns;
            var sum = Vector3.Zero;
            for (var x = -radius; x <= radius; x++)
                sum += points[row + ((x + columns) % columns)];

            for (var x = 0; x < columns; x++)
            {
                across[row + x] = sum / size;
                sum += points[row + ((x + radius + 1) % columns)] - points[row + ((x - radius + columns) % columns)];
            }
        }

        for (var x = 0; x < columns; x++)
        {
            var sum = Vector3.Zero;
            for (var y = -radius; y <= radius; y++)
                sum += across[(Math.Clamp(y, 0, rows - 1) * columns) + x];

            for (var y = 0; y < rows; y++)
            {
                mean[(y * columns) + x] = sum / size;
                sum += across[(Math.Min(y + radius + 1, rows - 1) * columns) + x] - across[(Math.Max(y - radius, 0) * columns) + x];
            }
        }

        for (var i = 0; i < points.Length; i++)
        {
            var depth = Vector3.Dot(mean[i] - points[i], texels[i].Normal);
            texels[i].Openness *= 1 - Math.Clamp(depth * strength, 0, 0.6f);
        }
    }
}
