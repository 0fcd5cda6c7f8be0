using System.Numerics;
using Appliance.Core.Detection;

namespace Appliance.Inference.Embedding;

/// <summary>
/// Rotation, uniform scale and shift of the plane: x′ = A·x − B·y + <see cref="Shift"/>.X, y′ = B·x + A·y + Shift.Y.
/// </summary>
internal readonly record struct SimilarityTransform(float A, float B, Vector2 Shift)
{
    /// <summary>Length of a unit after the transform.</summary>
    internal float Scale => MathF.Sqrt((A * A) + (B * B));

    /// <summary>
    /// The one that takes <paramref name="from"/> nearest to <paramref name="to"/> in the least-squares sense: Umeyama, "Least-Squares
    /// Estimation of Transformation Parameters Between Two Point Patterns", 1991; in the plane, without reflection, it has this
    /// closed form.
    /// </summary>
    /// <returns>False when the points of <paramref name="from"/> coincide, so that there is no answer.</returns>
    internal static bool TryFit(ReadOnlySpan<Vector2> from, ReadOnlySpan<Vector2> to, out SimilarityTransform transform)
    {
        var fromCentre = Centre(from);
        var toCentre = Centre(to);
        float spread = 0, a = 0, b = 0;
        for (var i = 0; i < from.Length; i++)
        {
            var p = from[i] - fromCentre;
            var q = to[i] - toCentre;
            spread += p.LengthSquared();
            a += Vector2.Dot(p, q);
            b += (p.X * q.Y) - (p.Y * q.X);
        }

        transform = default;
        if (!(spread > 1e-6f) || !float.IsFinite(a + b))
            return false;

        a /= spread;
        b /= spread;
        transform = new(a, b, toCentre - new Vector2((a * fromCentre.X) - (b * fromCentre.Y), (b * fromCentre.X) + (a * fromCentre.Y)));
        return transform.Scale > 0;
    }

    internal static bool TryFit(in Landmarks5 from, ReadOnlySpan<Vector2> to, out SimilarityTransform transform) =>
        TryFit([from.RightEye, from.LeftEye, from.NoseTip, from.RightMouth, from.LeftMouth], to, out transform);

    internal Vector2 Apply(Vector2 point) => new Vector2((A * point.X) - (B * point.Y), (B * point.X) + (A * point.Y)) + Shift;

    internal SimilarityTransform Invert()
    {
        var square = (A * A) + (B * B);
        var a = A / square;
        var b = -B / square;
        return new(a, b, new((b * Shift.Y) - (a * Shift.X), -((b * Shift.X) + (a * Shift.Y))));
    }

    private static Vector2 Centre(ReadOnlySpan<Vector2> points)
    {
        var sum = Vector2.Zero;
        foreach (var point in points)
            sum += point;
        return sum / points.Length;
    }
}
