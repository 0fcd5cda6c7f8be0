using System.Numerics;

namespace Appliance.Core.Rules.Zones;

/// <summary>Where lines meet, in picture coordinates (y downwards).</summary>
public static class Segments
{
    /// <summary>
    /// On which side of the line from <paramref name="from"/> to <paramref name="to"/> a point lies, for someone who looks along it on
    /// the screen: positive right, negative left, 0 on it.
    /// </summary>
    public static float Side(Vector2 from, Vector2 to, Vector2 point) =>
        ((to.X - from.X) * (point.Y - from.Y)) - ((to.Y - from.Y) * (point.X - from.X));

    /// <summary>Whether two segments have a point in common; touching counts.</summary>
    public static bool Cross(Vector2 a, Vector2 b, Vector2 c, Vector2 d)
    {
        var (c1, d1) = (Side(a, b, c), Side(a, b, d));
        var (a2, b2) = (Side(c, d, a), Side(c, d, b));
        if (((c1 > 0 && d1 < 0) || (c1 < 0 && d1 > 0)) && ((a2 > 0 && b2 < 0) || (a2 < 0 && b2 > 0)))
            return true;

        return (c1 == 0 && Between(a, b, c)) || (d1 == 0 && Between(a, b, d)) || (a2 == 0 && Between(c, d, a)) || (b2 == 0 && Between(c, d, b));
    }

    /// <summary>
    /// Whether a step goes over a line: −1 from right to left, 1 from left to right, 0 not. A step that ends on the line is not over
    /// it yet; the next one is, so every crossing counts once.
    /// </summary>
    public static int Over(Vector2 from, Vector2 to, Vector2 before, Vector2 now)
    {
        var wasRight = Side(from, to, before) > 0;
        var isRight = Side(from, to, now) > 0;
        if (wasRight == isRight || !Cross(from, to, before, now))
            return 0;

        return isRight ? 1 : -1;
    }

    // The point is known to be on the line through both.
    private static bool Between(Vector2 from, Vector2 to, Vector2 point) =>
        point.X >= Math.Min(from.X, to.X) && point.X <= Math.Max(from.X, to.X)
        && point.Y >= Math.Min(from.Y, to.Y) && point.Y <= Math.Max(from.Y, to.Y);
}
