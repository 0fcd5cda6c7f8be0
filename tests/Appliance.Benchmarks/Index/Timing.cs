using System.Diagnostics;

namespace Appliance.Benchmarks.Index;

/// <summary>
/// Milliseconds of CPU time of this process, so that a busy machine spoils the figures less (nothing else runs in it; reading
/// memory counts, waiting for a turn does not).
/// </summary>
internal readonly record struct Timing(double Median, double Fastest)
{
    public static Timing operator /(Timing timing, double by) => new(timing.Median / by, timing.Fastest / by);

    /// <summary>Runs <paramref name="action"/> until it is compiled and warm, then measures it.</summary>
    public static Timing Of(int times, Action action)
    {
        var warm = Stopwatch.StartNew();
        for (var i = 0; i < 3 || warm.ElapsedMilliseconds < 600; i++)
            action();

        var measured = new double[times];
        for (var i = 0; i < times; i++)
        {
            var start = Environment.CpuUsage.TotalTime;
            action();
            measured[i] = (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
        }

        Array.Sort(measured);
        return new(measured[times / 2], measured[0]);
    }
}
