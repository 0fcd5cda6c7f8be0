namespace Appliance.Learning.Heads;

/// <summary>How good a head is on examples it was not trained on.</summary>
/// <param name="Examples">How many.</param>
/// <param name="Loss">Mean logistic loss.</param>
/// <param name="Accuracy">Share on the right side of one half.</param>
public readonly record struct HeadScore(int Examples, double Loss, double Accuracy)
{
    public static HeadScore Of(Head head, ReadOnlySpan<float> parameters, IReadOnlyList<HeadExample> examples)
    {
        var (loss, right) = (0.0, 0);
        foreach (var example in examples)
        {
            loss += head.Loss(parameters, example);
            right += head.Logit(parameters, example) > 0 == example.IsPositive ? 1 : 0;
        }

        return examples.Count == 0 ? default : new(examples.Count, loss / examples.Count, (double)right / examples.Count);
    }

    /// <summary>
    /// Share of the negatives that still pass when the cutoff is put where <paramref name="recall"/> of the positives pass.
    /// </summary>
    public static double FalseAlarmsAtRecall(IReadOnlyList<(double Score, bool IsPositive)> scored, double recall)
    {
        var positives = scored.Where(each => each.IsPositive).Select(each => each.Score).OrderDescending().ToArray();
        var negatives = scored.Count(each => !each.IsPositive);
        if (positives.Length == 0 || negatives == 0)
            return 0;

        var cutoff = positives[Math.Clamp((int)Math.Ceiling(recall * positives.Length) - 1, 0, positives.Length - 1)];
        return (double)scored.Count(each => !each.IsPositive && each.Score >= cutoff) / negatives;
    }
}
