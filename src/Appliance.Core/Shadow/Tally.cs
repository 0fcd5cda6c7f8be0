namespace Appliance.Core.Shadow;

/// <summary>Values in equal steps between two limits, in fixed memory; quantiles are exact to one step. One thread at a time.</summary>
public sealed class Tally(double least, double most, int steps)
{
    private readonly long[] _counts = new long[steps];
    private long _count;
    private double _sum;

    public void Add(double value)
    {
        _count++;
        _sum += value;
        _counts[Math.Clamp((int)((value - least) / (most - least) * steps), 0, steps - 1)]++;
    }

    public Spread Describe() => new(_count, _count == 0 ? 0 : _sum / _count, Quantile(0.05), Quantile(0.5), Quantile(0.95));

    private double Quantile(double part)
    {
        if (_count == 0)
            return 0;

        var wanted = Math.Max(1, (long)Math.Ceiling(_count * part));
        for (var step = 0; step < steps; step++)
        {
            wanted -= _counts[step];
            if (wanted <= 0)
                return least + ((step + 0.5) * (most - least) / steps);
        }

        return most;
    }
}
