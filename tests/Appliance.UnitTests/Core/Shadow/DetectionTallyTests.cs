using Appliance.Core.Detection;
using Appliance.Core.Shadow;

namespace Appliance.UnitTests.Core.Shadow;

public class DetectionTallyTests
{
    [Fact]
    public void Add_OneFoundByBothAndOneByEach_CountsThem()
    {
        var tally = new DetectionTally();

        tally.Add([At(0, 0), At(500, 0)], [At(10, 0), At(0, 500)]);

        var agreement = tally.Describe();
        Assert.Equal((1, 1, 1), (agreement.Both, agreement.LiveOnly, agreement.CandidateOnly));
        Assert.Equal(90.0 / 110, agreement.MeanOverlap, 1e-3);
    }

    [Fact]
    public void Add_OverlapBelowHalf_IsAnotherFace()
    {
        var tally = new DetectionTally();

        tally.Add([At(0, 0)], [At(40, 0)]);

        Assert.Equal(new(0, 1, 1, 0), tally.Describe());
    }

    [Fact]
    public void Add_OneCandidateFaceOnTwoLiveOnes_PairsItOnceWithTheNearest()
    {
        var tally = new DetectionTally();

        tally.Add([At(0, 0), At(10, 0)], [At(1, 0)]);
        tally.Add([At(0, 0)], [At(20, 0), At(2, 0)]);

        var agreement = tally.Describe();
        Assert.Equal((2, 1, 1), (agreement.Both, agreement.LiveOnly, agreement.CandidateOnly));
        Assert.True(agreement.MeanOverlap > 0.95);
    }

    private static FaceDetection At(float x, float y) => new(new Box(x, y, 100, 100), default, 0.9f);
}
