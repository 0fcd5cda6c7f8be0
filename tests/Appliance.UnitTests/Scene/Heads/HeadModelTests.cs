using System.Numerics;
using Appliance.Scene.Heads;

namespace Appliance.UnitTests.Scene.Heads;

public class HeadModelTests
{
    [Theory]
    [InlineData(1123)]
    [InlineData(1355)]
    [InlineData(7)]
    public void Build_AnyHead_LandmarksLieWhereAFaceHasThem(ulong seed)
    {
        var head = HeadModel.Build(HeadGenome.FromSeed(seed), 64);
        var (right, left, nose, rightMouth, leftMouth) = (head.Landmarks[0], head.Landmarks[1], head.Landmarks[2], head.Landmarks[3], head.Landmarks[4]);

        Assert.True(right.X < nose.X && nose.X < left.X, "the nose is between the eyes");
        Assert.True(rightMouth.X < leftMouth.X, "left is the subject's own");
        Assert.True(right.Y > nose.Y && nose.Y > rightMouth.Y, "eyes, nose, mouth from above");
        Assert.True(nose.Z > left.Z && nose.Z > leftMouth.Z, "the nose stands out");
        Assert.InRange(left.X - right.X, 0.5f, 0.8f);
    }

    [Fact]
    public void Build_Head_NormalsAreUnitVectorsThatPointOutwards()
    {
        var head = HeadModel.Build(HeadGenome.FromSeed(1123), 64);
        var skin = head.Surfaces[^1];

        Assert.All(skin.Level(0), texel => Assert.InRange(texel.Normal.Length(), 0.99f, 1.01f));
        var towardsFace = skin.Level(0)[(skin.Rows / 2 * skin.Columns) + (skin.Columns / 2)];
        Assert.True(towardsFace.Normal.Z > 0.3f, $"normal {towardsFace.Normal}");
    }

    [Fact]
    public void Build_TwoHeads_DifferInShapeAndColour()
    {
        var one = HeadModel.Build(HeadGenome.FromSeed(1), 64);
        var two = HeadModel.Build(HeadGenome.FromSeed(2), 64);

        Assert.True(Vector3.Distance(one.Landmarks[2], two.Landmarks[2]) > 0.01f);
        Assert.True(Vector3.Distance(one.Skin, two.Skin) > 0.01f);
    }
}
