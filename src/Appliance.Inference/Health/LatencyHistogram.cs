using System.Diagnostics;
using System.Numerics;

namespace Appliance.Inference.Health;

/// <summary>
/// Run times in steps of one eighth of a power of two (about 9 %), from 1 µs to over an hour, in fixed memory. Thread-safe; adding
/// allocates nothing.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int StepsPerDoubling = 8;
    private const int Doublings = 32;

    private readonly long[] _counts = new long[StepsPerDoubling * Doublings];
    private long _runs;
    private long _sum;
    private long _longest;

    internal long Runs => Interlocked.Read(ref _runs);

    /// <param name="elapsed">Ticks of <see cref="Stopwatch"/>.</param>
    internal void Add(long elapsed)
    {
        Interlocked.Increment(ref _counts[Bucket(elapsed)]);
        Interlocked.Increment(ref _runs);
        Interlocked.Add(ref _sum, elapsed);
        var longest = Interlocked.Read(ref _longest);
        while (elapsed > longest)
        {
            var before = Interlocked.CompareExchange(ref _longest, elapsed, longest);
            if (before == longest)
                break;
            longest = before;
        }
    }

    internal LatencySummary Summarise()
    {
        var runs = Runs;
        return runs == 0
            ? new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)
            : new(
                Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _sum) / runs), Percentile(runs, 0.50), Percentile(runs, 0.95),
                Percentile(runs, 0.99), Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _longest)));
    }

    private static int Bucket(long elapsed)
    {
        var microseconds = (ulong)Math.Max(1, Stopwatch.GetElapsedTime(0, elapsed).TotalMicroseconds);
        var doubling = BitOperations.Log2(microseconds);
        var step = (int)(((microseconds - (1UL << doubling)) * StepsPerDoubling) >> doubling);
        return Math.Min((doubling * StepsPerDoubling) + step, (StepsPerDoubling * Doublings) - 1);
    }

    private static TimeSpan UpperEdge(int bucket)
    {
        var doubling = bucket / StepsPerDoubling;
        var step = bucket % StepsPerDoubling;
        return TimeSpan.FromMicroseconds((1L << doubling) * (StepsPerDoubling + step + 1.0) / StepsPerDoubling);
    }

    private TimeSpan Percentile(long runs, double part)
    {
        var wanted = (long)Math.Ceiling(runs * part);
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            wanted -= Interlocked.Read(ref _counts[bucket]);
            if (wanted <= 0)
                return UpperEdge(bucket);
        }

        return Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _longest));
    }
}
