using Appliance.Core.Learning;
using Appliance.Learning;
using Appliance.Learning.Adoption;
using Appliance.Learning.Heads;
using Appliance.UnitTests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.UnitTests.Learning.Adoption;

public class AdoptionTests
{
    private static readonly CalibrationHead s_head = new();
    private readonly ManualClock _clock = new();
    private readonly MemoryLearningStore _store = new();
    private readonly LearningOptions _options = new() { ShadowReviews = 10 };

    [Theory]
    [InlineData(5, 100, 40, 100, true)]
    [InlineData(30, 100, 32, 100, false)]
    [InlineData(0, 100, 10, 10, false)]
    [InlineData(0, 5, 20, 20, false)]
    [InlineData(60, 100, 10, 100, false)]
    public void HasRejectionsRisen_Counts_OnlyWhenItIsClear(int rejectedBefore, int before, int rejectedAfter, int after, bool expected)
    {
        Assert.Equal(expected, AdoptionGate.HasRejectionsRisen(rejectedBefore, before, rejectedAfter, after));
    }

    [Fact]
    public void Cutoff_TooManyFalseAlarms_LetsTheAcceptedNumberPass()
    {
        var scored = Enumerable.Range(0, 20).Select(i => (10.0 + i, true))
            .Concat(Enumerable.Range(0, 10).Select(i => ((double)i, false))).ToList();

        var cutoff = ThresholdCalibration.Cutoff(scored, days: 2, falseAlarmsPerDay: 1.5, minRecall: 0.98);

        Assert.Equal(3, scored.Count(each => !each.Item2 && each.Item1 >= cutoff));
        Assert.DoesNotContain(scored, each => each.Item2 && each.Item1 < cutoff);
    }

    [Fact]
    public void Cutoff_WouldCostRecall_StopsThere()
    {
        // Right and false alarms lie among each other.
        var scored = Enumerable.Range(0, 100).Select(i => ((double)i, i % 2 == 0)).ToList();

        var cutoff = ThresholdCalibration.Cutoff(scored, days: 1, falseAlarmsPerDay: 0, minRecall: 0.9);

        Assert.Equal(45, scored.Count(each => each.Item2 && each.Item1 >= cutoff));
    }

    [Theory]
    [InlineData(9, 50)]
    [InlineData(50, 4)]
    public void Cutoff_TooFewVerdicts_DoubtsNothing(int confirmed, int rejected)
    {
        var scored = Enumerable.Range(0, confirmed).Select(i => (1.0, true)).Concat(Enumerable.Range(0, rejected).Select(i => (0.0, false))).ToList();

        Assert.Equal(double.NegativeInfinity, ThresholdCalibration.Cutoff(scored, 1, 0, 0.5));
    }

    [Fact]
    public async Task Offer_GoodModel_WatchesFirstAndGoesLiveOnlyAfterFreshVerdicts()
    {
        var keeper = Keeper();
        var old = JudgedAlerts.Make(200, 1);
        var examples = old.Select(HeadExample.From).ToList();

        var verdict = await keeper.Offer(s_head, Good(old), "run 1 round 1", examples, default);
        await keeper.Review(s_head, old, default);
        var before = keeper.Live("calib");
        var fresh = JudgedAlerts.Make(15, 2, from: _clock.GetUtcNow().AddMinutes(1));
        await keeper.Review(s_head, [.. fresh, .. old], default);

        Assert.Equal("watches", verdict);
        Assert.Null(before);
        Assert.Equal("run 1 round 1", keeper.Live("calib")?.Origin);
        Assert.Contains(_store.Notes, note => note.StartsWith("fl model.adopted " + keeper.Live("calib")!.Hash));
    }

    [Fact]
    public async Task Offer_PoisonedModel_IsNotEvenWatched()
    {
        var keeper = Keeper();
        var old = JudgedAlerts.Make(200, 1);
        float[] poisoned = [.. Good(old).Select(value => -value)];

        var verdict = await keeper.Offer(s_head, poisoned, "run 1 round 2", [.. old.Select(HeadExample.From)], default);

        Assert.StartsWith("not taken", verdict);
        Assert.Empty(keeper.Models);
    }

    [Fact]
    public async Task Review_WatcherIsWorseOnLiveTraffic_IsRefused()
    {
        var keeper = Keeper();
        var old = JudgedAlerts.Make(40, 1);
        await keeper.Offer(s_head, Good(old), "run 1 round 1", [], default);

        // Since then the site is another: what looked right is wrong.
        var fresh = JudgedAlerts.Make(60, 2, from: _clock.GetUtcNow().AddMinutes(1)).Select(sample => sample with { IsConfirmed = !sample.IsConfirmed });
        await keeper.Review(s_head, [.. fresh], default);

        Assert.Null(keeper.Live("calib"));
        Assert.Equal(ModelState.Refused, keeper.Models.Single().State);
    }

    [Fact]
    public async Task Review_RejectionsRiseAfterTheAdoption_GoesBackToTheParent()
    {
        var keeper = Keeper();
        var old = JudgedAlerts.Make(200, 1, confirmedShare: 0.8);
        var first = await GoLive(keeper, old, Good(old));
        var second = await GoLive(keeper, old, Good(JudgedAlerts.Make(200, 7)));
        _clock.Advance(TimeSpan.FromHours(1));

        var bad = JudgedAlerts.Make(40, 5, confirmedShare: 0.1, from: _clock.GetUtcNow());
        await keeper.Review(s_head, [.. bad, .. old], default);

        Assert.Equal(first.Id, keeper.Live("calib")?.Id);
        Assert.Equal(ModelState.Refused, keeper.Models.Single(model => model.Id == second.Id).State);
        Assert.Contains(_store.Notes, note => note.StartsWith("fl model.rolled-back " + second.Hash));
    }

    [Fact]
    public async Task RollBack_OnlyModel_LeavesNone()
    {
        var keeper = Keeper();
        var old = JudgedAlerts.Make(200, 1);
        await GoLive(keeper, old, Good(old));

        await keeper.RollBack("calib", "by hand", default);

        Assert.Null(keeper.Live("calib"));
        Assert.Null(await keeper.RollBack("calib", "again", default));
    }

    [Fact]
    public async Task Judge_LiveModelAndCutoff_DoubtsWhatIsUnlikely()
    {
        var keeper = Keeper();
        var judge = new AlertJudge(keeper);
        var old = JudgedAlerts.Make(400, 1);
        Assert.Null(judge.Judge(new("gate"), old[0].Features));

        await GoLive(keeper, old, Good(old));
        judge.Calibrate(old, new() { FalseAlarmsPerDay = 0.1, MinRecall = 0.95 }, old.Max(sample => sample.Utc));

        var doubtful = old.ToLookup(sample => judge.Judge(sample.Camera, sample.Features)!.Value.IsDoubtful);
        Assert.True(doubtful[true].Count(sample => sample.IsConfirmed) <= 0.05 * old.Count(sample => sample.IsConfirmed));
        Assert.True(doubtful[true].Count(sample => !sample.IsConfirmed) > 0.5 * old.Count(sample => !sample.IsConfirmed));
        Assert.False(judge.Judge(new("another camera"), old[0].Features)!.Value.IsDoubtful);
    }

    private async Task<LearnedModel> GoLive(ModelKeeper keeper, List<TrainingSample> old, float[] parameters)
    {
        await keeper.Offer(s_head, parameters, "local", [], default);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var fresh = JudgedAlerts.Make(20, 3, from: _clock.GetUtcNow(), confirmedShare: 0.8);
        await keeper.Review(s_head, [.. fresh, .. old], default);
        _clock.Advance(TimeSpan.FromMinutes(1));
        return keeper.Live("calib")!;
    }

    private static float[] Good(List<TrainingSample> samples) => Trainer.Train(
        s_head, s_head.Initial(), [.. samples.Select(HeadExample.From)], new() { Epochs = 30 }, 1, () => true).Parameters;

    private ModelKeeper Keeper() => new(_store, _store, _options, _clock, NullLogger<ModelKeeper>.Instance);
}
