namespace Appliance.Daemon.Host.Configuration;

/// <summary>Finds the word somebody probably meant.</summary>
internal static class DidYouMean
{
    /// <summary>The nearest of <paramref name="words"/> by edit distance, any case; null when nothing is near.</summary>
    public static string? Find(string typed, IEnumerable<string> words)
    {
        var limit = Math.Max(1, typed.Length / 3);
        string? best = null;
        var distance = int.MaxValue;
        foreach (var word in words)
        {
            var far = Distance(typed.ToLowerInvariant(), word.ToLowerInvariant());
            if (far < distance)
                (best, distance) = (word, far);
        }

        return distance <= limit ? best : null;
    }

    // Optimal string alignment: swapped neighbours count once, they are the commonest slip.
    private static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            cost[0, j] = j;

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var change = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(change, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[a.Length, b.Length];
    }
}
