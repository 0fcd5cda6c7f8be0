using System.Globalization;

namespace Appliance.Inference.Evaluation;

/// <summary>Two photos and whether they show the same person; <paramref name="Fold"/> tells which pairs choose thresholds for which.</summary>
public readonly record struct VerificationPair(string PathA, string PathB, bool Same, int Fold);

/// <summary>Pair lists as CSV with the header <c>path_a,path_b,same,fold</c>; <c>same</c> is 1 or 0.</summary>
public static class VerificationPairs
{
    private const string Header = "path_a,path_b,same,fold";

    /// <exception cref="InferenceException">Not such a list; names the line.</exception>
    public static IReadOnlyList<VerificationPair> Read(TextReader csv)
    {
        if (csv.ReadLine()?.Trim() != Header)
            throw new InferenceException($"the first line of the pair list must be '{Header}'");

        var pairs = new List<VerificationPair>();
        for (var line = 2; csv.ReadLine() is { } text; line++)
        {
            if (text.Length > 0)
                pairs.Add(Parse(text, line));
        }

        return pairs.Count > 0 ? pairs : throw new InferenceException("the pair list is empty");
    }

    private static VerificationPair Parse(string text, int line)
    {
        var fields = text.Split(',');
        return fields.Length == 4 && fields[2] is "0" or "1"
            && int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var fold)
            ? new(fields[0], fields[1], fields[2] == "1", fold)
            : throw new InferenceException($"line {line} of the pair list is not '{Header}' with same = 0 or 1: {text}");
    }
}
