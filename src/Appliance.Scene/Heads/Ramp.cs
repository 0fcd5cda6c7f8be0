using System.Numerics;

namespace Appliance.Scene.Heads;

/// <summary>The few curves that shapes and colours are made of.</summary>
internal static class Ramp
{
    /// <summary>0 below <paramref name="from"/>, 1 above <paramref name="to"/>, smooth between; falls when from &gt; to.</summary>
    public static float Smooth(float from, float to, float x)
    {
        var t = Math.Clamp((x - from) / (to - from), 0, 1);
        return t * t * (3 - (2 * t));
    }

    /// <summary>exp(−d²): 1 at 0, about 0.02 at 2.</summary>
    public static float Bell(float d)
    {
        d *= d;
        return d > 9 ? 0 : MathF.Exp(-d);
    }

    /// <summary>A round hill: 1 at (0, 0).</summary>
    public static float Bell(float dx, float dy)
    {
        var d = (dx * dx) + (dy * dy);
        return d > 9 ? 0 : MathF.Exp(-d);
    }

    public static float Lerp(float a, float b, float t) => a + ((b - a) * t);

    public static Vector3 Lerp(Vector3 a, Vector3 b, float t) => a + ((b - a) * Math.Clamp(t, 0, 1));

    /// <summary>Catmull-Rom through the knots (x descending); flat outside.</summary>
    public static float Spline(ReadOnlySpan<(float X, float Value)> knots, float x)
    {
        if (x >= knots[0].X)
            return knots[0].Value;

        if (x <= knots[^1].X)
            return knots[^1].Value;

        var i = 0;
        while (knots[i + 1].X > x)
            i++;

        var p1 = knots[i];
        var p2 = knots[i + 1];
        var p0 = knots[Math.Max(i - 1, 0)];
        var p3 = knots[Math.Min(i + 2, knots.Length - 1)];
        var t = (x - p1.X) / (p2.X - p1.X);
        var width = p2.X - p1.X;
        var m1 = i == 0 ? 0 : (p2.Value - p0.Value) / (p2.X - p0.X) * width;
        var m2 = i + 2 >= knots.Length ? 0 : (p3.Value - p1.Value) / (p3.X - p1.X) * width;
        var t2 = t * t;
        var t3 = t2 * t;
        return (((2 * t3) - (3 * t2) + 1) * p1.Value) + ((t3 - (2 * t2) + t) * m1)
            + (((3 * t2) - (2 * t3)) * p2.Value) + ((t3 - t2) * m2);
    }
}
