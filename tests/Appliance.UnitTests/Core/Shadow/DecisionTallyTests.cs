using Appliance.Core.Recognition;
using Appliance.Core.Recognition.Index;
using Appliance.Core.Shadow;

namespace Appliance.UnitTests.Core.Shadow;

public class DecisionTallyTests
{
    private static readonly float[] s_anna = [1, 0, 0];
    private static readonly float[] s_bert = [0, 1, 0];
    private static readonly float[] s_nobody = [0, 0, 1];
    private static readonly MatchThreshold s_half = new(0.5f, 0.5f, PerDecade: 0);

    [Fact]
    public void Add_EveryCombinationOfDecisions_CountsEachOnce()
    {
        var tally = new DecisionTally();
        var index = new FlatIndex("m@1", 3);
        index.Load([(new PersonId("anna"), [s_anna]), (new PersonId("bert"), [s_bert])]);

        foreach (var (live, candidate) in new[] { (s_anna, s_anna), (s_anna, s_bert), (s_anna, s_nobody), (s_nobody, s_bert), (s_nobody, s_nobody) })
            tally.Add((index, s_half), live, (index, s_half), candidate);

        var agreement = tally.Describe();
        Assert.Equal(
            (1, 1, 1, 1, 1),
            (agreement.SamePerson, agreement.Different, agreement.LiveOnly, agreement.CandidateOnly, agreement.BothUnknown));
        Assert.Equal(0.6, agreement.LiveSimilarity.Mean, 1e-6);
        Assert.Equal(5, agreement.CandidateSimilarity.Count);
    }

    [Fact]
    public void Add_EmptyWatchlist_IsNobodyAndNoSimilarity()
    {
        var tally = new DecisionTally();
        var empty = new FlatIndex("m@1", 3);

        tally.Add((empty, s_half), s_anna, (empty, s_half), s_anna);

        var agreement = tally.Describe();
        Assert.Equal(1, agreement.BothUnknown);
        Assert.Equal(0, agreement.LiveSimilarity.Count);
    }

    [Fact]
    public void Tally_Quantiles_AreExactToOneStep()
    {
        var tally = new Tally(0, 100, 100);
        for (var value = 0; value < 100; value++)
            tally.Add(value);

        var spread = tally.Describe();

        Assert.Equal(49.5, spread.Mean, 1e-9);
        Assert.InRange(spread.P05, 4, 5.01);
        Assert.InRange(spread.P50, 49, 50.01);
        Assert.InRange(spread.P95, 94, 95.01);
    }
}
