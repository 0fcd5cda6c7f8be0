using System.Numerics;

namespace Appliance.Core.Rules.Zones;

/// <summary>A simple polygon in relative coordinates (0..1 of the picture, y downwards) or in degrees.</summary>
public sealed class Polygon
{
    private const int MaxCorners = 64;
    private const double LeastArea = 1e-6;

    private readonly Vector2[] _corners;
    private readonly Vector2 _least;
    private readonly Vector2 _most;

    /// <param name="corners">Checked by <see cref="WhyNot"/>.</param>
    public Polygon(IReadOnlyList<IReadOnlyList<float>> corners)
    {
        _corners = [.. corners.Select(corner => new Vector2(corner[0], corner[1]))];
        (_least, _most) = (_corners[0], _corners[0]);
        foreach (var corner in _corners)
            (_least, _most) = (Vector2.Min(_least, corner), Vector2.Max(_most, corner));
    }

    public ReadOnlySpan<Vector2> Corners => _corners;

    /// <summary>Corners of the smallest rectangle around it.</summary>
    public (Vector2 Least, Vector2 Most) Bounds => (_least, _most);

    /// <summary>Null: the corners make a polygon. Otherwise why not.</summary>
    /// <param name="corners">[x, y] each.</param>
    /// <param name="least">Smallest value of either coordinate.</param>
    /// <param name="most">Largest value.</param>
    public static string? WhyNot(IReadOnlyList<IReadOnlyList<float>> corners, float least = 0, float most = 1)
    {
        if (corners.Count < 3)
            return $"must have at least 3 corners, not {corners.Count}";
        if (corners.Count > MaxCorners)
            return $"must not have more than {MaxCorners} corners";
        for (var i = 0; i < corners.Count; i++)
        {
            if (corners[i] is not { Count: 2 })
                return $"corner {i} must be [x, y]";
            if (corners[i].Any(value => !(value >= least && value <= most)))
                return $"corner {i} must lie between {least:0} and {most:0} on both axes";
        }

        var points = corners.Select(corner => new Vector2(corner[0], corner[1])).ToArray();
        for (var i = 0; i < points.Length; i++)
        {
            if (points[i] == points[(i + 1) % points.Length])
                return $"corners {i} and {(i + 1) % points.Length} are the same";
            for (var j = i + 1; j < points.Length; j++)
            {
                if (j == i + 1 || (i == 0 && j == points.Length - 1))
                    continue;
                if (Segments.Cross(points[i], points[i + 1], points[j], points[(j + 1) % points.Length]))
                    return $"its edges {i} and {j} cross";
            }
        }

        return Math.Abs(Area(points)) < LeastArea ? "its corners lie on one line" : null;
    }

    /// <summary>Whether a point lies inside: the crossing number (Haines, Point in Polygon Strategies, Graphics Gems IV).</summary>
    public bool Contains(Vector2 point)
    {
        if (point.X < _least.X || point.X > _most.X || point.Y < _least.Y || point.Y > _most.Y)
            return false;

        var inside = false;
        var before = _corners[^1];
        foreach (var corner in _corners)
        {
            if (corner.Y > point.Y != before.Y > point.Y
                && point.X < ((before.X - corner.X) * (point.Y - corner.Y) / (before.Y - corner.Y)) + corner.X)
                inside = !inside;
            before = corner;
        }

        return inside;
    }

    private static double Area(Vector2[] points)
    {
        var twice = 0d;
        for (var i = 0; i < points.Length; i++)
        {
            var (one, next) = (points[i], points[(i + 1) % points.Length]);
            twice += ((double)one.X * next.Y) - ((double)next.X * one.Y);
        }

        return twice / 2;
    }
}
