using System.Runtime.InteropServices;

namespace Appliance.Benchmarks;

/// <summary>
/// CPU time of the calling thread (clock_gettime(3), CLOCK_THREAD_CPUTIME_ID): what a step costs on one core, whatever else runs on
/// the machine.
/// </summary>
internal static partial class ThreadCpu
{
    private const int ThreadClock = 3;
    private const int WarmUps = 30;

    /// <summary>Milliseconds of <paramref name="step"/>: the fastest and the median of <paramref name="rounds"/>.</summary>
    internal static (double Least, double Median) Measure(Action step, int rounds)
    {
        for (var i = 0; i < WarmUps; i++)
            step();
        var times = new double[rounds];
        for (var i = 0; i < rounds; i++)
        {
            var started = Now();
            step();
            times[i] = (Now() - started).TotalMilliseconds;
        }

        Array.Sort(times);
        return (times[0], times[rounds / 2]);
    }

    private static TimeSpan Now()
    {
        _ = ReadClock(ThreadClock, out var time);
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ReadClock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
