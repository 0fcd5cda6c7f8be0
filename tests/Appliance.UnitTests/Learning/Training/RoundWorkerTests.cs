using Appliance.Core.Learning;
using Appliance.Learning;
using Appliance.Learning.Adoption;
using Appliance.Learning.Flower;
using Appliance.Learning.Heads;
using Appliance.Learning.Privacy;
using Appliance.Learning.Training;
using Appliance.UnitTests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.UnitTests.Learning.Training;

public class RoundWorkerTests
{
    private static readonly CalibrationHead s_head = new();
    private readonly MemoryLearningStore _store = new();

    [Fact]
    public async Task Work_Train_AnswersWithTheAgreedKeysAndNotesTheHash()
    {
        _store.Samples.AddRange(JudgedAlerts.Make(100, 1));
        var worker = Worker();
        var task = Task(RoundKind.Train);

        var done = Assert.IsType<RoundAnswer.Done>(await worker.Work(task, default));
        await worker.Finished(task, done, new(100, 200));

        var training = HoldOut.Split([.. _store.Samples.Select(HeadExample.From)]).Train;
        Assert.Equal(training.Count, done.Examples);
        Assert.Equal(["train_loss"], done.Metrics.Select(metric => metric.Key));
        var round = Assert.Single(_store.AllRounds);
        Assert.Equal(("train", "done", 100L, 200L), (round.Kind, round.Outcome, round.BytesSent, round.BytesReceived));
        Assert.Contains(_store.Notes, note => note.StartsWith("fl update.sent " + round.UpdateHash));
    }

    [Fact]
    public async Task Work_Evaluate_UsesTheHoldOutOnly()
    {
        _store.Samples.AddRange(JudgedAlerts.Make(100, 1));

        var done = Assert.IsType<RoundAnswer.Done>(await Worker().Work(Task(RoundKind.Evaluate), default));

        Assert.Equal(HoldOut.Split([.. _store.Samples.Select(HeadExample.From)]).Test.Count, done.Examples);
        Assert.Equal(["eval_loss", "eval_acc"], done.Metrics.Select(metric => metric.Key));
        Assert.Equal(Math.Log(2), done.Loss, tolerance: 1e-6);
    }

    [Theory]
    [InlineData(10, 0.5, "are needed")]
    [InlineData(100, 1.0, "same verdict")]
    [InlineData(100, 0.0, "same verdict")]
    public async Task Work_TooLittleToLearnFrom_IsRefusedWithTwo(int count, double confirmedShare, string reason)
    {
        _store.Samples.AddRange(JudgedAlerts.Make(count, 1, confirmedShare: confirmedShare));

        var refused = Assert.IsType<RoundAnswer.Refused>(await Worker().Work(Task(RoundKind.Train), default));

        Assert.Equal(2, refused.Code);
        Assert.Contains(reason, refused.Reason);
    }

    [Fact]
    public async Task Work_HeadThatTheBoxDoesNotTrain_IsRefused()
    {
        var refused = Assert.IsType<RoundAnswer.Refused>(await Worker().Work(Task(RoundKind.Train, ("head", "adapter")), default));

        Assert.Equal(6, refused.Code);
    }

    [Fact]
    public async Task Work_ServerAsksForNoClipping_TheOwnCapHolds()
    {
        _store.Samples.AddRange(JudgedAlerts.Make(200, 1));

        var done = await Train(new() { MaxNorm = 0.01 }, ("lr", 1.0), ("local-epochs", 50L));

        Assert.Equal(0.01, LengthOf(done), tolerance: 1e-5);
    }

    [Theory]
    [InlineData(0.05, 1L)]
    [InlineData(100.0, 0L)]
    public async Task Work_AdaptiveClipping_SaysWhetherItClipped(double norm, long bit)
    {
        _store.Samples.AddRange(JudgedAlerts.Make(200, 1));

        var done = await Train(new() { AdaptiveClipping = true }, ("clipping_norm", norm));

        Assert.Equal(bit, done.Metrics.Single(metric => metric.Key == "norm_bit").Value);
        Assert.True(LengthOf(done) <= norm + 1e-5);
    }

    [Fact]
    public async Task Work_LocalNoise_SpendsBeforeSendingAndStopsWhenTheBudgetIsGone()
    {
        _store.Samples.AddRange(JudgedAlerts.Make(200, 1));
        var options = new FederationOptions { MaxNorm = 1, NoiseMultiplier = 2, MaxEpsilon = 4 };
        var worker = Worker(options);

        var answers = new List<RoundAnswer>();
        for (var i = 0; i < 6; i++)
            answers.Add(await worker.Work(Task(RoundKind.Train), default));

        var spent = new PrivacyAccountant(await _store.Number(RoundWorker.RhoName, default)).Epsilon(options.Delta);
        Assert.IsType<RoundAnswer.Done>(answers[0]);
        Assert.Equal(6, Assert.IsType<RoundAnswer.Refused>(answers[^1]).Code);
        Assert.InRange(spent, 2, 4);
        Assert.True(LengthOf((RoundAnswer.Done)answers[0]) > 2);
    }

    [Fact]
    public async Task Work_GetParameters_GivesTheStartAndNeverWhatWasLearntHere()
    {
        var done = Assert.IsType<RoundAnswer.Done>(await Worker().Work(Task(RoundKind.GetParameters), default));

        Assert.Equal(s_head.Initial(), s_head.Join(done.Parameters, isPositional: false));
    }

    [Fact]
    public async Task Work_SecondRound_OffersTheGlobalModel()
    {
        _store.Samples.AddRange(JudgedAlerts.Make(200, 1));
        var good = Trainer.Train(
            s_head, s_head.Initial(), [.. JudgedAlerts.Make(500, 3).Select(HeadExample.From)], new() { Epochs = 20 }, 1, () => true).Parameters;
        var keeper = Keeper();

        await Worker(keeper: keeper).Work(Task(RoundKind.Evaluate) with { Round = 2, RunId = 9, Parameters = s_head.Split(good) }, default);

        Assert.Equal("run 9 round 1", keeper.Shadow("calib")?.Origin);
    }

    private async Task<RoundAnswer.Done> Train(FederationOptions federation, params (string, object)[] config) =>
        Assert.IsType<RoundAnswer.Done>(await Worker(federation).Work(Task(RoundKind.Train, config), default));

    private static double LengthOf(RoundAnswer.Done done) =>
        UpdateClip.Length(s_head.Initial(), s_head.Join(done.Parameters, isPositional: false));

    private static RoundTask Task(RoundKind kind, params (string Key, object Value)[] config) => new()
    {
        Kind = kind,
        Round = 1,
        Parameters = s_head.Split(s_head.Initial()),
        Config = config.ToDictionary(each => each.Key, each => each.Value),
    };

    private ModelKeeper Keeper() => new(_store, _store, new(), new ManualClock(), NullLogger<ModelKeeper>.Instance);

    private RoundWorker Worker(FederationOptions? federation = null, ModelKeeper? keeper = null)
    {
        var options = new LearningOptions();
        return new(
            federation ?? new(), options, new(_store, options), keeper ?? Keeper(), new TrainingGovernor(new NoPressure(), options, rest: (_, _) => { }),
            _store, _store, new ManualClock(), NullLogger.Instance);
    }
}
