using System.Numerics;
using Appliance.Inference.Embedding;

namespace Appliance.UnitTests.Inference.Embedding;

public class SimilarityTransformTests
{
    private static readonly Vector2[] s_points = [new(40, 59), new(87, 59), new(64, 82), new(45, 105), new(84, 105)];

    [Fact]
    public void TryFit_TurnedScaledAndShifted_RecoversTheTransform()
    {
        var truth = new SimilarityTransform(1.5f * MathF.Cos(0.4f), 1.5f * MathF.Sin(0.4f), new(30, -12));
        var moved = s_points.Select(truth.Apply).ToArray();

        Assert.True(SimilarityTransform.TryFit(s_points, moved, out var found));

        Assert.Equal(truth.A, found.A, 1e-4);
        Assert.Equal(truth.B, found.B, 1e-4);
        Assert.Equal(1.5, found.Scale, 1e-4);
        Assert.True(Vector2.Distance(truth.Shift, found.Shift) < 1e-2);
    }

    [Fact]
    public void TryFit_NoisyPoints_NoSmallChangeIsBetter()
    {
        var random = new Random(3);
        var noisy = s_points.Select(point => point + new Vector2(random.NextSingle() * 6, random.NextSingle() * 6)).ToArray();

        Assert.True(SimilarityTransform.TryFit(s_points, noisy, out var best));

        var least = Error(best, noisy);
        foreach (var (a, b, x, y) in new[] { (1e-3f, 0f, 0f, 0f), (-1e-3f, 0f, 0f, 0f), (0f, 1e-3f, 0f, 0f), (0f, -1e-3f, 0f, 0f), (0f, 0f, 0.1f, 0f), (0f, 0f, 0f, -0.1f) })
            Assert.True(Error(new(best.A + a, best.B + b, best.Shift + new Vector2(x, y)), noisy) > least);
    }

    [Fact]
    public void TryFit_MirroredPoints_NeverMirrors()
    {
        var mirrored = s_points.Select(point => new Vector2(-point.X, point.Y)).ToArray();

        Assert.True(SimilarityTransform.TryFit(s_points, mirrored, out var found));

        // A similarity keeps the sense of rotation: its determinant is positive whatever it is asked for.
        Assert.True((found.A * found.A) + (found.B * found.B) > 0);
        Assert.True(Error(found, mirrored) > 100);
    }

    [Fact]
    public void TryFit_PointsCoincide_SaysNo()
    {
        Assert.False(SimilarityTransform.TryFit(Enumerable.Repeat(new Vector2(5, 5), 5).ToArray(), s_points, out _));
        Assert.False(SimilarityTransform.TryFit(Enumerable.Repeat(new Vector2(float.NaN, 5), 5).ToArray(), s_points, out _));
    }

    [Fact]
    public void Invert_AppliedAfter_GivesThePointBack()
    {
        var transform = new SimilarityTransform(0.3f, -1.2f, new(17, 44));

        var back = transform.Invert().Apply(transform.Apply(new(91, -3)));

        Assert.True(Vector2.Distance(new(91, -3), back) < 1e-3);
    }

    private static float Error(SimilarityTransform transform, Vector2[] to) =>
        s_points.Zip(to, (from, target) => Vector2.DistanceSquared(transform.Apply(from), target)).Sum();
}
