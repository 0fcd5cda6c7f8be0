using Appliance.Core.Learning;
using Appliance.Learning.Adoption;
using Appliance.Learning.Heads;
using Microsoft.Extensions.Logging;

namespace Appliance.Learning.Training;

/// <summary>
/// Learning without any server: every now and then the heads are trained on this box's own judged alerts, offered like any other model,
/// and each camera's cutoff is put where its stated rate of false alarms is kept.
/// </summary>
internal sealed class LocalLearner(
    LearningOptions options,
    HeadData data,
    ModelKeeper keeper,
    AlertJudge judge,
    TrainingGovernor governor,
    ILearningStore store,
    TimeProvider clock,
    ILogger logger)
{
    // Its own, gentler than a round: there is no averaging that would smooth it.
    private static readonly TrainingSettings s_settings = new() { LearningRate = 0.05, Epochs = 40, L2 = 1e-3 };

    private static readonly TimeSpan s_afterStart = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, int> _trainedOn = [];

    public async Task RunAsync(CancellationToken stopping)
    {
        // The start belongs to the cameras.
        await Task.Delay(s_afterStart, clock, stopping).ConfigureAwait(false);
        while (true)
        {
            try
            {
                await RunOnce(stopping).ConfigureAwait(false);
            }
            catch (Exception error) when (!stopping.IsCancellationRequested)
            {
                logger.LearningStorageFailed(error.Message);
            }

            await Task.Delay(options.TrainEvery, clock, stopping).ConfigureAwait(false);
        }
    }

    /// <summary>One look at the verdicts; trains a head only when there are new ones.</summary>
    public async Task RunOnce(CancellationToken cancel)
    {
        foreach (var name in options.Heads)
        {
            if (data.Find(name) is not { } head)
                continue;

            var samples = await data.Samples(head, cancel).ConfigureAwait(false);
            await keeper.Review(head, samples, cancel).ConfigureAwait(false);
            await Train(head, samples, cancel).ConfigureAwait(false);
            if (name == "calib")
                judge.Calibrate(samples, options, clock.GetUtcNow());
        }
    }

    private async Task Train(Head head, IReadOnlyList<TrainingSample> samples, CancellationToken cancel)
    {
        var examples = HeadData.Examples(head, samples);
        var training = HoldOut.Split(examples).Train;
        if (training.Count < options.MinExamples || _trainedOn.GetValueOrDefault(head.Name) == training.Count
            || training.All(example => example.IsPositive) || training.All(example => !example.IsPositive))
        {
            return;
        }

        var start = keeper.Live(head.Name) is { } live && live.Parameters.Length == head.Size ? live.Parameters : head.Initial();
        var ((parameters, loss), busy) = await governor.Run(
            mayGoOn => Trainer.Train(head, start, training, s_settings, seed: training.Count, mayGoOn), cancel).ConfigureAwait(false);
        _trainedOn[head.Name] = training.Count;
        var outcome = Array.TrueForAll(parameters, float.IsFinite)
            ? await keeper.Offer(head, parameters, "local", examples, cancel).ConfigureAwait(false)
            : "did not converge";
        await store.Add(
            new()
            {
                At = clock.GetUtcNow(),
                Run = "0",
                Round = 0,
                Kind = "local",
                Head = head.Name,
                Examples = training.Count,
                Norm = Privacy.UpdateClip.Length(start, parameters),
                Loss = loss,
                CpuSeconds = busy.TotalSeconds,
                Outcome = outcome,
            },
            cancel).ConfigureAwait(false);
        logger.RoundDone(0, "local", head.Name, outcome);
    }
}
