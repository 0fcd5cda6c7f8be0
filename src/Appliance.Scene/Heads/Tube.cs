using System.Numerics;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Heads;

/// <summary>A bent wire: spectacle rims, bridge and arms.</summary>
internal static class Tube
{
    private const int Around = 8;

    /// <param name="path">Points along the middle; a multiple of 4 of them.</param>
    /// <param name="closed">The last point is followed by the first.</param>
    /// <param name="radius">Half its width across, in units.</param>
    /// <param name="depth">Half its height, in units.</param>
    /// <param name="albedo">Linear colour.</param>
    /// <param name="gloss">Strength of the highlight, 0..1.</param>
    public static Surface Build(ReadOnlySpan<Vector3> path, bool closed, float radius, float depth, Vector3 albedo, float gloss)
    {
        var points = new Vector3[path.Length * Around];
        var texels = new Texel[path.Length * Around];
        for (var i = 0; i < path.Length; i++)
        {
            var before = path[closed ? (i + path.Length - 1) % path.Length : Math.Max(i - 1, 0)];
            var after = path[closed ? (i + 1) % path.Length : Math.Min(i + 1, path.Length - 1)];
            var along = Vector3.Normalize(after - before);
            var aside = Vector3.Normalize(Vector3.Cross(along, MathF.Abs(along.Z) > 0.8f ? Vector3.UnitY : Vector3.UnitZ));
            var up = Vector3.Cross(aside, along);
            for (var j = 0; j < Around; j++)
            {
                var (sin, cos) = MathF.SinCos(2 * MathF.PI * j / (Around - 1));
                points[(j * path.Length) + i] = path[i] + (aside * cos * radius) + (up * sin * depth);
                texels[(j * path.Length) + i] = new Texel { Albedo = albedo, Openness = 0.9f, Gloss = gloss, Cover = 1 };
            }
        }

        return new Surface(path.Length, Around, 1, points, texels, closed, twoSided: true);
    }
}
