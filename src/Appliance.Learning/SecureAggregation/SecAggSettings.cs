using Appliance.Learning.Flower;

namespace Appliance.Learning.SecureAggregation;

/// <summary>What the server sets up a round with.</summary>
internal sealed record SecAggSettings(
    int Samples, int Shares, int Threshold, long TargetRange, long ModRange, double ClippingRange, double MaxWeight)
{
    /// <exception cref="PayloadException">Outside of what is safe.</exception>
    public static SecAggSettings Read(IReadOnlyDictionary<string, object> config)
    {
        var settings = new SecAggSettings(
            (int)Whole("sample_num", 2, 1000),
            (int)Whole("share_num", 2, 1000),
            (int)Whole("threshold", 2, 1000),
            Whole("target_range", 2, 1L << 40),
            Whole("mod_range", 2, 1L << 62),
            Real("clipping_range"),
            Real("max_weight"));

        // Below a majority a server could have one neighbour called alive by some and dead by others, and learn both kinds of share.
        if (settings.Threshold > settings.Shares || 2 * settings.Threshold <= settings.Shares)
            throw new PayloadException("secure aggregation: the threshold must be more than half of the shares");
        if (settings.TargetRange > settings.ModRange)
            throw new PayloadException("secure aggregation: the target range is larger than the modulus");
        return settings;

        long Whole(string key, long least, long most) => config.GetValueOrDefault(key) is long value && value >= least && value <= most
            ? value
            : throw new PayloadException($"secure aggregation: {key} is missing or out of range");

        double Real(string key) => config.GetValueOrDefault(key) switch
        {
            double value when value > 0 && double.IsFinite(value) => value,
            long value when value > 0 => value,
            _ => throw new PayloadException($"secure aggregation: {key} is missing or out of range"),
        };
    }
}
