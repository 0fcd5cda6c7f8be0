namespace Appliance.Learning.SecureAggregation;

/// <summary>Weighted floats as whole numbers, so that masks cancel exactly.</summary>
internal static class Quantizer
{
    /// <summary>Weight as a whole number: examples over the largest weight, in steps of the target range.</summary>
    public static long Weight(long examples, SecAggSettings settings) =>
        (long)Math.Round(examples / settings.MaxWeight * settings.TargetRange, MidpointRounding.ToEven);

    /// <summary>Each value times the weight, clipped to ±range and rounded up or down at random so that the mean is kept.</summary>
    public static long[] Quantize(ReadOnlySpan<float> values, long weight, SecAggSettings settings, Func<double> random)
    {
        var (clip, target) = (settings.ClippingRange, settings.TargetRange);
        var share = (double)weight / target;
        var quantized = new long[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var x = (Math.Clamp(values[i] * share, -clip, clip) + clip) * target / (2 * clip);
            var up = Math.Ceiling(x);
            quantized[i] = (long)(random() < up - x ? up - 1 : up);
        }

        return quantized;
    }
}
