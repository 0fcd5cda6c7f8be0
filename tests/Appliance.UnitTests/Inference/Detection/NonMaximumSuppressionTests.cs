using Appliance.Core.Detection;
using Appliance.Inference.Detection;

namespace Appliance.UnitTests.Inference.Detection;

public class NonMaximumSuppressionTests
{
    [Fact]
    public void Apply_OverlappingFaces_KeepsTheBestOfEach()
    {
        List<FaceDetection> candidates = [Face(0, 0.7f), Face(2, 0.9f), Face(100, 0.8f), Face(103, 0.6f)];
        List<FaceDetection> kept = [Face(55, 1)];

        NonMaximumSuppression.Apply(candidates, maxOverlap: 0.3f, maxFaces: 10, kept);

        Assert.Equal([0.9f, 0.8f], kept.Select(face => face.Score));
    }

    [Fact]
    public void Apply_SlightOverlap_KeepsBoth()
    {
        List<FaceDetection> kept = [];

        NonMaximumSuppression.Apply([Face(0, 0.7f), Face(15, 0.9f)], maxOverlap: 0.3f, maxFaces: 10, kept);

        Assert.Equal(2, kept.Count);
    }

    [Fact]
    public void Apply_MoreThanWanted_KeepsTheBest()
    {
        List<FaceDetection> kept = [];

        NonMaximumSuppression.Apply(
            [Face(0, 0.7f), Face(100, 0.9f), Face(200, 0.8f)], maxOverlap: 0.3f, maxFaces: 2, kept);

        Assert.Equal([0.9f, 0.8f], kept.Select(face => face.Score));
    }

    private static FaceDetection Face(float x, float score) => new(new(x, 0, 20, 20), default, score);
}
