namespace Appliance.Inference.Evaluation;

/// <summary>Similarity of one pair and the truth about it.</summary>
public readonly record struct ScoredPair(float Similarity, bool Same, int Fold);

/// <summary>Figures of one-to-one verification.</summary>
/// <param name="Accuracy">Mean over the folds of the share of right decisions, 0..1.</param>
/// <param name="AccuracyStdDev">Standard deviation of that over the folds.</param>
/// <param name="Threshold">Mean of the folds' thresholds, each chosen on the other folds.</param>
/// <param name="TarAtFar1e2">Share of same-person pairs accepted where one in a hundred others is, over all pairs.</param>
/// <param name="TarAtFar1e3">The same at one in a thousand.</param>
/// <param name="Pairs">Pairs scored.</param>
/// <param name="Folds">Folds present.</param>
public sealed record VerificationScore(
    double Accuracy, double AccuracyStdDev, double Threshold, double TarAtFar1e2, double TarAtFar1e3, int Pairs, int Folds)
{
    /// <summary>
    /// The protocol of LFW view 2 (Huang et al., "Labeled Faces in the Wild", 2007): the threshold for a fold is the one most right on
    /// the others, so that no fold judges with a threshold it helped to choose. A single fold judges itself.
    /// </summary>
    public static VerificationScore From(IReadOnlyCollection<ScoredPair> pairs)
    {
        if (pairs.Count == 0)
            throw new ArgumentException("There is nothing to score.", nameof(pairs));

        var folds = pairs.Select(pair => pair.Fold).Distinct().Order().ToList();
        var accuracies = new List<double>();
        var thresholds = new List<double>();
        foreach (var fold in folds)
        {
            var threshold = BestThreshold([.. pairs.Where(pair => pair.Fold != fold || folds.Count == 1)]);
            thresholds.Add(threshold);
            accuracies.Add(ShareRight(pairs.Where(pair => pair.Fold == fold), threshold));
        }

        var mean = accuracies.Average();
        return new(
            mean, Math.Sqrt(accuracies.Average(accuracy => (accuracy - mean) * (accuracy - mean))), thresholds.Average(),
            TrueAcceptance(pairs, 1e-2), TrueAcceptance(pairs, 1e-3), pairs.Count, folds.Count);
    }

    /// <summary>Half-way between the two similarities between which the most decisions are right.</summary>
    internal static float BestThreshold(IReadOnlyList<ScoredPair> pairs)
    {
        var sorted = pairs.OrderBy(pair => pair.Similarity).ToArray();

        // Below everything all are accepted; each step upwards rejects one more pair.
        var right = sorted.Count(pair => pair.Same);
        var best = right;
        var threshold = sorted[0].Similarity - 1e-6f;
        for (var i = 0; i < sorted.Length; i++)
        {
            right += sorted[i].Same ? -1 : 1;
            var ties = i + 1 < sorted.Length && sorted[i + 1].Similarity == sorted[i].Similarity;
            if (right <= best || ties)
                continue;

            best = right;
            threshold = i + 1 < sorted.Length ? (sorted[i].Similarity + sorted[i + 1].Similarity) / 2 : sorted[i].Similarity + 1e-6f;
        }

        return threshold;
    }

    /// <summary>Share of same-person pairs above the lowest threshold at which at most that share of the others is accepted.</summary>
    internal static double TrueAcceptance(IEnumerable<ScoredPair> pairs, double falseAcceptance)
    {
        var groups = pairs.ToLookup(pair => pair.Same, pair => pair.Similarity);
        var impostors = groups[false].OrderDescending().ToArray();
        var genuine = groups[true].ToArray();
        if (impostors.Length == 0 || genuine.Length == 0)
            return double.NaN;

        var accepted = (int)(impostors.Length * falseAcceptance);
        var limit = accepted < impostors.Length ? impostors[accepted] : float.NegativeInfinity;
        return genuine.Count(similarity => similarity > limit) / (double)genuine.Length;
    }

    private static double ShareRight(IEnumerable<ScoredPair> pairs, float threshold) =>
        pairs.Average(pair => pair.Similarity > threshold == pair.Same ? 1.0 : 0.0);
}
