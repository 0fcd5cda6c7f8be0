namespace Appliance.Scene.Checks;

/// <summary>A set of measurements in five numbers.</summary>
public sealed record Distribution(int Count, float Min, float P5, float Median, float P95, float Max)
{
    /// <summary>All zero when there is nothing to measure.</summary>
    public static Distribution Of(IEnumerable<float> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0
            ? new(0, 0, 0, 0, 0, 0)
            : new(sorted.Length, sorted[0], At(sorted, 0.05f), At(sorted, 0.5f), At(sorted, 0.95f), sorted[^1]);
    }

    private static float At(float[] sorted, float share) => MathF.Round(sorted[(int)MathF.Round(share * (sorted.Length - 1))], 4);
}
