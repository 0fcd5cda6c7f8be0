using Appliance.Core.Alerts;
using Appliance.Core.Learning;
using Appliance.Learning.Flower;
using Appliance.Learning.Heads;

namespace Appliance.Learning.Training;

/// <summary>Which heads this box trains, and what on.</summary>
internal sealed class HeadData(ILearningStore store, LearningOptions options)
{
    private static readonly LivenessHead s_liveness = new(AlertFeatures.Count);

    /// <summary>Null = this box does not train it.</summary>
    /// <exception cref="PayloadException">Means or scales that cannot be used.</exception>
    public Head? Find(string name, RoundTask? task = null)
    {
        if (!options.Heads.Contains(name, StringComparer.Ordinal))
            return null;
        if (name == s_liveness.Name)
            return s_liveness;
        if (name != "calib")
            return null;

        try
        {
            return new CalibrationHead(Floats(task, "feature-mean"), Floats(task, "feature-scale"));
        }
        catch (ArgumentException error)
        {
            throw new PayloadException("feature-mean and feature-scale must be twelve numbers each, scales positive", error);
        }
    }

    /// <summary>Judged alerts that tell something about the head, newest first.</summary>
    public async Task<IReadOnlyList<TrainingSample>> Samples(Head head, CancellationToken cancel)
    {
        var samples = await store.Labelled(options.MaxExamples, cancel).ConfigureAwait(false);
        return [.. samples.Where(sample => sample.Kind == AlertKinds.Spoof == (head.Name == s_liveness.Name))];
    }

    public static IReadOnlyList<HeadExample> Examples(Head head, IEnumerable<TrainingSample> samples) =>
        [.. samples.Select(HeadExample.From).Where(head.Takes)];

    private static float[]? Floats(RoundTask? task, string key) =>
        task?.Config.GetValueOrDefault(key) is double[] { Length: > 0 } values ? [.. values.Select(value => (float)value)] : null;
}
