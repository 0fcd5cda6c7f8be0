using System.Globalization;
using Appliance.Core.Evidence;
using Appliance.Core.Learning;
using Appliance.Learning.Adoption;
using Appliance.Learning.Flower;
using Appliance.Learning.Heads;
using Appliance.Learning.Privacy;
using Microsoft.Extensions.Logging;

namespace Appliance.Learning.Training;

/// <summary>
/// The rounds of a federation on this box: trains or evaluates a head on own data, clips, adds noise, counts what that costs in privacy,
/// and offers every global model to the <see cref="ModelKeeper"/>. One round at a time.
/// </summary>
internal sealed class RoundWorker(
    FederationOptions federation,
    LearningOptions options,
    HeadData data,
    ModelKeeper keeper,
    TrainingGovernor governor,
    ILearningStore store,
    IEvidenceNotes notes,
    TimeProvider clock,
    ILogger logger) : IRoundWorker
{
    /// <summary>Name of the accountant's state in the store.</summary>
    internal const string RhoName = "privacy.rho";

    private LearningRound? _round;

    public async Task<RoundAnswer> Work(RoundTask task, CancellationToken cancel)
    {
        _round = null;
        try
        {
            var name = task.Text("head", "calib");
            if (data.Find(name, task) is not { } head)
                return new RoundAnswer.Refused(FlowerError.PreconditionFailed, "this box does not train that head");

            return task.Kind switch
            {
                RoundKind.GetParameters => new RoundAnswer.Done(head.Split(head.Initial()), 0, []),
                RoundKind.GetProperties => new RoundAnswer.Done([], 0, [new("heads", string.Join(',', options.Heads))]),
                _ => await WorkWithModel(task, head, cancel).ConfigureAwait(false),
            };
        }
        catch (PayloadException error)
        {
            return new RoundAnswer.Refused(FlowerError.PreconditionFailed, error.Message);
        }
    }

    public async Task Finished(RoundTask task, RoundAnswer answer, RoundTraffic traffic)
    {
        if (task.Kind is not (RoundKind.Train or RoundKind.Evaluate))
            return;

        var outcome = answer is RoundAnswer.Refused refused ? refused.Reason : "done";
        var round = (_round ?? Begin(task, task.Text("head", "calib"))) with
        {
            BytesSent = traffic.BytesSent,
            BytesReceived = traffic.BytesReceived,
            Outcome = outcome,
        };
        logger.RoundDone(round.Round, round.Kind, Printable(round.Head), outcome);
        await store.Add(round with { Head = Printable(round.Head) }, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<RoundAnswer> WorkWithModel(RoundTask task, Head head, CancellationToken cancel)
    {
        var global = head.Join(task.Parameters, task.IsPositional);
        var samples = await data.Samples(head, cancel).ConfigureAwait(false);
        var examples = HeadData.Examples(head, samples);

        // The arrays of the first round are a starting point, not a result.
        if (task.Round > 1)
        {
            await keeper.Offer(
                head, global, string.Create(CultureInfo.InvariantCulture, $"run {task.RunId} round {task.Round - 1}"), examples, cancel)
                .ConfigureAwait(false);
            await keeper.Review(head, samples, cancel).ConfigureAwait(false);
        }

        return task.Kind == RoundKind.Evaluate
            ? Evaluate(task, head, global, examples)
            : await Train(task, head, global, examples, cancel).ConfigureAwait(false);
    }

    private RoundAnswer Evaluate(RoundTask task, Head head, float[] global, IReadOnlyList<HeadExample> examples)
    {
        var score = HeadScore.Of(head, global, HoldOut.Split(examples).Test);
        if (score.Examples == 0)
            return new RoundAnswer.Refused(FlowerError.ClientAppRaised, "no judged alerts are held out on this box");

        _round = Begin(task, head.Name) with { Examples = score.Examples, Loss = score.Loss };
        return new RoundAnswer.Done([], score.Examples, [new("eval_loss", score.Loss), new("eval_acc", score.Accuracy)], score.Loss);
    }

    private async Task<RoundAnswer> Train(
        RoundTask task, Head head, float[] global, IReadOnlyList<HeadExample> examples, CancellationToken cancel)
    {
        var settings = TrainingSettings.From(task);
        var most = Math.Min(task.MaxExamples ?? long.MaxValue, options.MaxExamples);
        var training = HoldOut.Split(examples).Train.Take((int)most).ToList();
        if (training.Count < settings.MinExamples)
            return new RoundAnswer.Refused(FlowerError.ClientAppRaised, $"{training.Count} judged alerts; {settings.MinExamples} are needed");
        if (training.TrueForAll(example => example.IsPositive) || training.TrueForAll(example => !example.IsPositive))
            return new RoundAnswer.Refused(FlowerError.ClientAppRaised, "all judged alerts have the same verdict");

        var seed = HashCode.Combine(task.RunId, task.Round);
        var ((parameters, loss), busy) = await governor.Run(
            mayGoOn => Trainer.Train(head, global, training, settings, seed, mayGoOn), cancel).ConfigureAwait(false);

        var metrics = new List<KeyValuePair<string, object>> { new("train_loss", loss) };
        var (norm, _) = UpdateClip.Apply(global, parameters, federation.MaxNorm);
        if (settings.ClippingNorm is { } asked)
        {
            var (_, scale) = UpdateClip.Apply(global, parameters, asked);
            if (federation.AdaptiveClipping || task.Number("norm-bit", 0) != 0)
                metrics.Add(new("norm_bit", scale < 1 ? 1L : 0L));
        }

        if (await AddNoise(parameters, settings, cancel).ConfigureAwait(false) is { } refusal)
            return refusal;
        if (!Array.TrueForAll(parameters, float.IsFinite) || !double.IsFinite(loss))
            return new RoundAnswer.Refused(FlowerError.ClientAppRaised, "the training did not converge");

        var hash = ModelKeeper.HashOf(parameters);
        _round = Begin(task, head.Name) with
        {
            Examples = training.Count,
            Norm = norm,
            SentNorm = UpdateClip.Length(global, parameters),
            Loss = loss,
            CpuSeconds = busy.TotalSeconds,
            UpdateHash = hash,
        };
        await notes.Update(
            Job(task, head), task.Round, hash,
            string.Create(CultureInfo.InvariantCulture, $"{head.Name}, run {task.RunId} round {task.Round}, {training.Count} examples"), cancel)
            .ConfigureAwait(false);
        return new RoundAnswer.Done(head.Split(parameters), training.Count, metrics);
    }

    /// <summary>Alike on every box of a run; Join knows no runs.</summary>
    private static string Job(RoundTask task, Head head) => task.RunId == 0
        ? $"join-{head.Name}"
        : string.Create(CultureInfo.InvariantCulture, $"run-{task.RunId}-{head.Name}");

    private async Task<RoundAnswer.Refused?> AddNoise(float[] parameters, TrainingSettings settings, CancellationToken cancel)
    {
        if (federation.NoiseMultiplier <= 0)
            return null;

        var accountant = new PrivacyAccountant(await store.Number(RhoName, cancel).ConfigureAwait(false));
        if (accountant.EpsilonAfter(federation.NoiseMultiplier, federation.Delta) > federation.MaxEpsilon)
            return new(FlowerError.PreconditionFailed, "the privacy budget of this box is spent");

        // Counted before anything leaves: a crash in between may cost privacy budget, never privacy.
        accountant.Spend(federation.NoiseMultiplier);
        await store.SetNumber(RhoName, accountant.Rho, cancel).ConfigureAwait(false);
        var bound = Math.Min(federation.MaxNorm, settings.ClippingNorm ?? double.MaxValue);
        GaussianNoise.Add(parameters, federation.NoiseMultiplier * bound);
        return null;
    }

    private LearningRound Begin(RoundTask task, string head) => new()
    {
        At = clock.GetUtcNow(),
        Run = task.RunId.ToString(CultureInfo.InvariantCulture),
        Round = task.Round,
        Kind = task.Kind == RoundKind.Train ? "train" : "evaluate",
        Head = head,
        Examples = 0,
        Outcome = "",
    };

    private static string Printable(string text) => new([.. text.Where(c => c is > ' ' and < '\x7f').Take(40)]);
}
