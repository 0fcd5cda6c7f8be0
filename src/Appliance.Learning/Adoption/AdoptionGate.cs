using Appliance.Learning.Heads;

namespace Appliance.Learning.Adoption;

/// <summary>The rules by which a model goes live or is taken back. Pure: what was measured in, the verdict out.</summary>
public static class AdoptionGate
{
    /// <summary>Judged alerts since the adoption before their share of rejections is believed.</summary>
    public const int LeastAfter = 20;

    // Two standard errors: one in forty by chance.
    private const double Certain = 2;

    /// <summary>
    /// Loss of guessing every alert with the same odds, those of the training part: what a model must beat where there is none yet.
    /// </summary>
    public static double LossWithoutModel(IReadOnlyList<HeadExample> training, IReadOnlyList<HeadExample> judged)
    {
        var positive = (training.Count(example => example.IsPositive) + 1.0) / (training.Count + 2.0);
        return judged.Count == 0 ? 0 : -judged.Average(example => Math.Log(example.IsPositive ? positive : 1 - positive));
    }

    /// <summary>Whether a candidate with this loss may take the place of what is there.</summary>
    public static bool IsNotWorse(double candidate, double present, double tolerance) =>
        double.IsFinite(candidate) && candidate <= present + tolerance;

    /// <summary>Whether operators reject clearly more since the adoption than before it.</summary>
    public static bool HasRejectionsRisen(int rejectedBefore, int before, int rejectedAfter, int after)
    {
        if (after < LeastAfter || before < LeastAfter)
            return false;

        var (was, now) = ((double)rejectedBefore / before, (double)rejectedAfter / after);
        var pooled = (double)(rejectedBefore + rejectedAfter) / (before + after);
        return now - was > Certain * Math.Sqrt(pooled * (1 - pooled) * ((1.0 / before) + (1.0 / after)));
    }
}
