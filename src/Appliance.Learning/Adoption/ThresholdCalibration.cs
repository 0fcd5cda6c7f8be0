namespace Appliance.Learning.Adoption;

/// <summary>
/// Puts a camera's cutoff where its stated rate of false alarms is kept, as far as the right alerts allow. Counted on judged alerts,
/// so it can only be raised above the threshold that let them become alerts.
/// </summary>
public static class ThresholdCalibration
{
    /// <summary>Fewer judged alerts of a class say too little about its tail.</summary>
    public const int LeastConfirmed = 10;

    public const int LeastRejected = 5;

    /// <param name="scored">Score (higher = surer) and verdict of each judged alert of the camera.</param>
    /// <param name="days">Time over which they were raised, at least one day is assumed.</param>
    /// <param name="falseAlarmsPerDay">What is accepted.</param>
    /// <param name="minRecall">Share of the confirmed ones that must stay above the cutoff.</param>
    /// <returns>Scores below it are doubtful; negative infinity = nothing is.</returns>
    public static double Cutoff(
        IReadOnlyList<(double Score, bool IsConfirmed)> scored, double days, double falseAlarmsPerDay, double minRecall)
    {
        var rejected = scored.Where(each => !each.IsConfirmed).Select(each => each.Score).OrderDescending().ToArray();
        var confirmed = scored.Where(each => each.IsConfirmed).Select(each => each.Score).Order().ToArray();
        if (confirmed.Length < LeastConfirmed || rejected.Length < LeastRejected)
            return double.NegativeInfinity;

        var allowed = (int)Math.Floor(falseAlarmsPerDay * Math.Max(1, days));
        if (rejected.Length <= allowed)
            return double.NegativeInfinity;

        // Just above the first one too many.
        var cutoff = Math.BitIncrement(rejected[allowed]);
        var mayLose = (int)Math.Floor(((1 - minRecall) * confirmed.Length) + 1e-9);
        return Math.Min(cutoff, confirmed[mayLose]);
    }
}
