using Appliance.Inference.Evaluation;

namespace Appliance.UnitTests.Inference.Evaluation;

public class VerificationScoreTests
{
    [Fact]
    public void From_SeparatedPairs_IsPerfect()
    {
        var pairs = Enumerable.Range(0, 60).Select(i => new ScoredPair(i % 2 == 0 ? 0.8f : 0.1f, i % 2 == 0, 1 + (i % 3)));

        var score = VerificationScore.From([.. pairs]);

        Assert.Equal(1, score.Accuracy);
        Assert.Equal(0, score.AccuracyStdDev);
        Assert.Equal(0.45, score.Threshold, 1e-6);
        Assert.Equal(1, score.TarAtFar1e3);
        Assert.Equal((60, 3), (score.Pairs, score.Folds));
    }

    [Fact]
    public void From_OneOddFold_IsJudgedWithTheOthersThreshold()
    {
        // In folds 1 and 2 the border is at 0.5; fold 3 alone would put it at 0.9 and be perfect.
        List<ScoredPair> pairs = [];
        foreach (var fold in new[] { 1, 2 })
        {
            pairs.AddRange(Enumerable.Repeat(new ScoredPair(0.6f, true, fold), 10));
            pairs.AddRange(Enumerable.Repeat(new ScoredPair(0.4f, false, fold), 10));
        }

        pairs.AddRange(Enumerable.Repeat(new ScoredPair(0.95f, true, 3), 10));
        pairs.AddRange(Enumerable.Repeat(new ScoredPair(0.85f, false, 3), 10));

        var score = VerificationScore.From(pairs);

        // Folds 1 and 2 see a mixture in which 0.5 is still best; fold 3 accepts all its impostors.
        Assert.Equal((1 + 1 + 0.5) / 3, score.Accuracy, 1e-6);
    }

    [Fact]
    public void BestThreshold_OverlappingScores_MakesTheFewestErrors()
    {
        ScoredPair[] pairs = [new(0.1f, false, 1), new(0.3f, true, 1), new(0.4f, false, 1), new(0.6f, true, 1), new(0.7f, true, 1)];

        var threshold = VerificationScore.BestThreshold(pairs);

        Assert.Equal(1, pairs.Count(pair => pair.Similarity > threshold != pair.Same));
    }

    [Fact]
    public void BestThreshold_TiedScores_NeverSplitsThem()
    {
        ScoredPair[] pairs = [new(0.5f, false, 1), new(0.5f, true, 1), new(0.5f, true, 1)];

        var threshold = VerificationScore.BestThreshold(pairs);

        Assert.True(threshold < 0.5f);
    }

    [Theory]
    [InlineData(0.01, 0.6)]
    [InlineData(0.001, 0.2)]
    public void TrueAcceptance_ThousandImpostors_AllowsOnlyThatManyOfThem(double falseAcceptance, double expected)
    {
        var impostors = Enumerable.Range(0, 1000).Select(i => new ScoredPair(i / 1000f, false, 1)).ToList();
        ScoredPair[] genuine = [new(0.2f, true, 1), new(0.9889f, true, 1), new(0.9895f, true, 1), new(0.9951f, true, 1), new(0.9995f, true, 1)];

        Assert.Equal(expected, VerificationScore.TrueAcceptance([.. impostors, .. genuine], falseAcceptance), 1e-9);
    }
}
