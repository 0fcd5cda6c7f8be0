using System.Numerics;
using Appliance.Core.Detection;
using Appliance.Inference;
using Appliance.Inference.Evaluation;

namespace Appliance.UnitTests.Inference.Evaluation;

public class DetectionScoreTests
{
    [Fact]
    public void From_FoundMissedAndFalse_CountsEachOnce()
    {
        var photo = new AnnotatedPhoto("a.jpg", [new(10, 10), new(100, 10), new(200, 10)]);

        // The second face holds the first nose again: that nose is taken, so it is false. Nobody finds the nose at 200.
        var score = DetectionScore.From([PhotoDetectionScore.From(photo, [Face(10, 10), Face(12, 10), Face(104, 10)])]);

        Assert.Equal((3, 2, 1), (score.Annotated, score.Found, score.False));
        Assert.Equal(2 / 3.0, score.Recall, 1e-9);
        Assert.Equal(2 / 3.0, score.Precision, 1e-9);
        Assert.Equal((0 + 0.4) / 2, score.NoseError, 1e-6);
    }

    [Fact]
    public void From_NobodyThereAndNobodyFound_IsPerfect()
    {
        var score = DetectionScore.From([PhotoDetectionScore.From(new("empty.jpg", []), [])]);

        Assert.Equal((1, 1), (score.Recall, score.Precision));
    }

    [Fact]
    public void Parse_SharedFormat_ReadsTheNoses()
    {
        var photo = Assert.Single(DetectionAnnotations.Parse("""{"a.jpg": {"nose_points_xy": [[1, 2], [3.5, 4]], "faces": 2}}"""));

        Assert.Equal([new Vector2(1, 2), new Vector2(3.5f, 4)], photo.Noses);
    }

    [Theory]
    [InlineData("""{"a.jpg": {"noses": []}}""")]
    [InlineData("""{"a.jpg": {"nose_points_xy": [[1]]}}""")]
    [InlineData("[")]
    public void Parse_AnotherFormat_Throws(string json) =>
        Assert.Throws<InferenceException>(() => DetectionAnnotations.Parse(json));

    [Fact]
    public void Main_LargeAtTheEdgeAndSmallInTheMiddle_TakesTheMiddle()
    {
        FaceDetection edge = new(new(0, 0, 30, 30), default, 0.9f);
        FaceDetection middle = new(new(110, 110, 28, 28), default, 0.8f);

        Assert.Equal(middle, FaceChoice.Main([edge, middle], 250, 250));
        Assert.Null(FaceChoice.Main([], 250, 250));
    }

    /// <summary>A face 20 px wide, its eyes 10 px apart, its nose at the given place.</summary>
    private static FaceDetection Face(float x, float y) =>
        new(new(x - 10, y - 10, 20, 20), new(new(x - 5, y), new(x + 5, y), new(x, y), default, default), 0.9f);
}
