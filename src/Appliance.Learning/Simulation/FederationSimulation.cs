using System.Diagnostics;
using Appliance.Learning.Flower;
using Appliance.Learning.Heads;
using Appliance.Learning.Privacy;
using Google.Protobuf;
using Wire = Appliance.Learning.Flower.Wire;

namespace Appliance.Learning.Simulation;

/// <summary>What is simulated.</summary>
public sealed record SimulationSettings
{
    public int Clients { get; init; } = 100;

    public int Rounds { get; init; } = 30;

    public int Seed { get; init; } = 1;

    /// <summary>Share of the boxes that are away in a round, in the arms with drop-outs.</summary>
    public double DropOuts { get; init; } = 0.3;

    /// <summary>Clipping norm of the arms with differential privacy.</summary>
    public double Clip { get; init; } = 0.5;

    /// <summary>Noise of those arms, standard deviation over the clipping norm, added once to the sum.</summary>
    public double NoiseMultiplier { get; init; } = 4;

    public double Delta { get; init; } = 1e-5;

    /// <summary>Share of the right alerts that must still pass where false alarms are compared.</summary>
    public double Recall { get; init; } = 0.95;

    /// <summary>Boxes with fewer judged alerts than this count as having few.</summary>
    public int Few { get; init; } = 40;
}

/// <summary>One way of learning, on the same boxes and the same alerts to come.</summary>
/// <param name="Name">Which.</param>
/// <param name="Pooled">False alarms that pass at the recall of the settings, one cutoff for all boxes' alerts together.</param>
/// <param name="PerBox">The mean over boxes, each with its own cutoff.</param>
/// <param name="PerBoxFew">The same over boxes with few judged alerts.</param>
/// <param name="BetterThanBefore">Share of the boxes that have fewer false alarms than by similarity alone.</param>
/// <param name="Epsilon">Privacy spent; null = no noise, no figure.</param>
public sealed record SimulationArm(
    string Name, double Pooled, double PerBox, double PerBoxFew, double BetterThanBefore, double? Epsilon);

/// <param name="Settings">What was asked.</param>
/// <param name="BoxesWithFew">How many boxes have few judged alerts.</param>
/// <param name="Arms">Before, alone, federated, ….</param>
/// <param name="BytesDown">Message and objects of one training request.</param>
/// <param name="BytesUp">Message and objects of one answer.</param>
/// <param name="CpuMillisecondsPerRound">Mean time of one box's training in a round.</param>
/// <param name="CpuMillisecondsLongest">The longest one.</param>
public sealed record SimulationReport(
    SimulationSettings Settings, int BoxesWithFew, IReadOnlyList<SimulationArm> Arms,
    long BytesDown, long BytesUp, double CpuMillisecondsPerRound, double CpuMillisecondsLongest);

/// <summary>A whole federation in one process: the boxes' own training, clipping and averaging code, without the network.</summary>
public sealed class FederationSimulation(SimulationSettings settings)
{
    private static readonly CalibrationHead s_head = new();
    private static readonly TrainingSettings s_round = new() { LearningRate = 0.2, Epochs = 5 };

    private readonly List<TimeSpan> _busy = [];

    public SimulationReport Run(CancellationToken cancel)
    {
        var sites = Enumerable.Range(0, settings.Clients).Select(number => new SimulatedSite(number, settings.Seed)).ToList();
        var few = sites.Select(site => site.Judged < settings.Few).ToList();
        var before = sites.Select(site => Score(site, null)).ToList();
        var arms = new List<SimulationArm>
        {
            Arm("before: similarity alone", sites, few, before, _ => null, null),
            Arm("each box alone", sites, few, before, Alone, null),
        };

        foreach (var (name, isPrivate, dropOuts) in (ReadOnlySpan<(string, bool, double)>)
                 [
                     ("federated", false, 0), ("federated, drop-outs", false, settings.DropOuts),
                     ("federated, DP", true, 0), ("federated, DP and drop-outs", true, settings.DropOuts),
                 ])
        {
            cancel.ThrowIfCancellationRequested();
            var (model, epsilon) = Federate(sites, isPrivate, dropOuts, cancel);
            arms.Add(Arm(name, sites, few, before, _ => model, epsilon));
        }

        var (down, up) = MessageBytes();
        return new(
            settings, few.Count(each => each), arms, down, up,
            _busy.Count == 0 ? 0 : _busy.Average(each => each.TotalMilliseconds), _busy.Count == 0 ? 0 : _busy.Max().TotalMilliseconds);
    }

    private static bool CanTrain(SimulatedSite site, int least) =>
        site.Training.Count >= least && site.Training.Any(example => example.IsPositive) && site.Training.Any(example => !example.IsPositive);

    // As long as all rounds together, but never more than what helps: the same settings as a round.
    private float[]? Alone(SimulatedSite site) => CanTrain(site, least: 4)
        ? Trainer.Train(
            s_head, s_head.Initial(), site.Training, s_round with { Epochs = s_round.Epochs * settings.Rounds }, settings.Seed, () => true).Parameters
        : null;

    private (float[] Model, double? Epsilon) Federate(List<SimulatedSite> sites, bool isPrivate, double dropOuts, CancellationToken cancel)
    {
        var random = new Random(HashCode.Combine(settings.Seed, isPrivate, dropOuts));
        var accountant = new PrivacyAccountant();
        var global = s_head.Initial();
        for (var round = 0; round < settings.Rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            var present = sites.Where(site => CanTrain(site, s_round.MinExamples) && random.NextDouble() >= dropOuts).ToList();
            if (present.Count == 0)
                continue;

            var sum = new double[global.Length];
            var weights = 0.0;
            foreach (var site in present)
            {
                var started = Stopwatch.GetTimestamp();
                var (trained, _) = Trainer.Train(s_head, global, site.Training, s_round, round, () => true);
                _busy.Add(Stopwatch.GetElapsedTime(started));
                // With noise every box counts the same: a weight would tell how many alerts it has.
                UpdateClip.Apply(global, trained, isPrivate ? settings.Clip : 5);
                var weight = isPrivate ? 1 : site.Training.Count;
                weights += weight;
                for (var i = 0; i < sum.Length; i++)
                    sum[i] += weight * ((double)trained[i] - global[i]);
            }

            var noise = new float[global.Length];
            if (isPrivate)
            {
                accountant.Spend(settings.NoiseMultiplier);
                GaussianNoise.Add(noise, settings.NoiseMultiplier * settings.Clip);
            }

            for (var i = 0; i < sum.Length; i++)
                global[i] += (float)((sum[i] + noise[i]) / weights);
        }

        return (global, isPrivate ? accountant.Epsilon(settings.Delta) : null);
    }

    private SimulationArm Arm(
        string name, List<SimulatedSite> sites, List<bool> few, List<List<(double, bool)>> before, Func<SimulatedSite, float[]?> model, double? epsilon)
    {
        var scored = sites.Select(site => Score(site, model(site))).ToList();
        var each = scored.Select(site => HeadScore.FalseAlarmsAtRecall(site, settings.Recall)).ToList();
        var was = before.Select(site => HeadScore.FalseAlarmsAtRecall(site, settings.Recall)).ToList();
        var ofFew = each.Where((_, i) => few[i]).ToList();
        return new(
            name,
            HeadScore.FalseAlarmsAtRecall([.. scored.SelectMany(site => site)], settings.Recall),
            each.Average(),
            ofFew.Count == 0 ? 0 : ofFew.Average(),
            (double)each.Where((rate, i) => rate < was[i]).Count() / each.Count,
            epsilon);
    }

    // Without a model: the similarity over the threshold, scaled so that boxes without one fit among the others.
    private static List<(double, bool)> Score(SimulatedSite site, float[]? model) =>
        [.. site.Future.Select(example => (model is null ? 10 * example.Input[2] - 2 : s_head.Logit(model, example), example.IsPositive))];

    /// <summary>A real request and answer, taken apart into objects as they travel.</summary>
    private static (long Down, long Up) MessageBytes()
    {
        var task = new RoundTask { Kind = RoundKind.Train };
        var answer = RoundPayload.Write(task, new(s_head.Split(s_head.Initial()), 100, [new("train_loss", 0.5)]));
        var request = new Wire.RecordDict
        {
            Items =
            {
                answer.Items[0].Clone(),
                RoundPayload.Config("config", [new("server-round", 1L), new("head", "calib"), new("lr", 0.05), new("local-epochs", 5L)]),
            },
        };
        return (Bytes(request), Bytes(answer));

        static long Bytes(Wire.RecordDict content)
        {
            var writer = new ObjectWriter();
            var tree = writer.Add(new Wire.Message
            {
                Metadata = new() { RunId = 1, MessageType = "train", SrcNodeId = ulong.MaxValue, Ttl = 1, CreatedAt = 1 },
                Content = content,
            });
            return tree.CalculateSize() + writer.Objects.Values.Sum(bytes => (long)bytes.Length);
        }
    }
}
