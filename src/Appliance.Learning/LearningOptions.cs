using System.ComponentModel.DataAnnotations;

namespace Appliance.Learning;

/// <summary>What follows from a model that doubts an alert. An alert is never dropped.</summary>
public enum LearningEffect
{
    /// <summary>The alert says how sure the model is; nothing else changes.</summary>
    Annotate,

    /// <summary>A doubtful alert is only information and switches no output.</summary>
    Demote,
}

/// <summary>Learning from what operators confirm and reject, on this box alone.</summary>
public sealed class LearningOptions
{
    /// <summary>Keep the features of alerts (sealed, no pictures, no templates) and learn from the operators' verdicts.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What is trained: calib, and liveness where operators judge spoof alerts.</summary>
    public IReadOnlyList<string> Heads { get; init; } = ["calib"];

    /// <summary>What follows from a doubtful alert: Annotate or Demote.</summary>
    public LearningEffect Effect { get; init; } = LearningEffect.Annotate;

    /// <summary>False alarms per day and camera that the site accepts; each camera's cutoff is calibrated to it (0 to 1000).</summary>
    [Range(0.0, 1000.0)]
    public double FalseAlarmsPerDay { get; init; } = 1;

    /// <summary>Share of the right alerts that a cutoff must let pass (0.5 to 1).</summary>
    [Range(0.5, 1.0)]
    public double MinRecall { get; init; } = 0.98;

    /// <summary>Pause between two trainings on this box's own data (1 min to 7 days).</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan TrainEvery { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Longest training (1 s to 1 h).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Share of one core that training may use (0.01 to 1).</summary>
    [Range(0.01, 1.0)]
    public double MaxCpuShare { get; init; } = 0.25;

    /// <summary>Fewer confirmed and rejected alerts than this are not learnt from (4 to 100000).</summary>
    [Range(4, 100_000)]
    public int MinExamples { get; init; } = 20;

    /// <summary>The newest so many are used (100 to 100000); bounds memory.</summary>
    [Range(100, 100_000)]
    public int MaxExamples { get; init; } = 5_000;

    /// <summary>Alerts that operators must judge while a new model only watches, before it may go live (0 to 10000).</summary>
    [Range(0, 10_000)]
    public int ShadowReviews { get; init; } = 10;

    /// <summary>How much worse than the present model's loss a new one may be and still go live (0 to 1).</summary>
    [Range(0.0, 1.0)]
    public double Tolerance { get; init; } = 0.01;
}
