using Appliance.Core.Cameras;
using Appliance.Core.Learning;
using Appliance.Learning.Heads;

namespace Appliance.Learning.Adoption;

/// <summary>
/// What the live model says about an alert as it is raised. Asked on the pipeline's threads: a dozen multiplications, no locks.
/// </summary>
public sealed class AlertJudge
{
    private static readonly CalibrationHead s_head = new();
    private static readonly IReadOnlyDictionary<CameraId, double> s_none = new Dictionary<CameraId, double>();

    private readonly ModelKeeper _keeper;
    private volatile IReadOnlyDictionary<CameraId, double> _cutoffs = s_none;

    public AlertJudge(ModelKeeper keeper)
    {
        _keeper = keeper;
        // Cutoffs are log-odds of one model: with another, nothing is doubted until they are put anew.
        keeper.Changed += _ => _cutoffs = s_none;
    }

    /// <summary>Log-odds below which a camera's alerts are doubtful.</summary>
    public IReadOnlyDictionary<CameraId, double> Cutoffs => _cutoffs;

    /// <summary>Null while no model is live.</summary>
    public AlertJudgement? Judge(CameraId camera, float[] features)
    {
        if (_keeper.Live(s_head.Name) is not { } live)
            return null;

        var logit = s_head.Logit(live.Parameters, new("", false, features, []));
        return new((float)Head.Sigmoid(logit), _cutoffs.TryGetValue(camera, out var cutoff) && logit < cutoff, live.Id);
    }

    /// <summary>Puts each camera's cutoff anew, from what operators have judged so far.</summary>
    public void Calibrate(IReadOnlyList<TrainingSample> samples, LearningOptions options, DateTimeOffset now)
    {
        if (_keeper.Live(s_head.Name) is not { } live)
        {
            _cutoffs = s_none;
            return;
        }

        var cutoffs = new Dictionary<CameraId, double>();
        foreach (var camera in samples.Where(sample => s_head.Takes(HeadExample.From(sample))).GroupBy(sample => sample.Camera))
        {
            var scored = camera.Select(sample => (s_head.Logit(live.Parameters, HeadExample.From(sample)), sample.IsConfirmed)).ToList();
            var cutoff = ThresholdCalibration.Cutoff(
                scored, (now - camera.Min(sample => sample.Utc)).TotalDays, options.FalseAlarmsPerDay, options.MinRecall);
            if (double.IsFinite(cutoff))
                cutoffs[camera.Key] = cutoff;
        }

        _cutoffs = cutoffs;
    }
}
