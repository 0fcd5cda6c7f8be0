namespace Appliance.Daemon.Platform.Clock;

/// <summary>The wall clock was set.</summary>
/// <param name="From">What it would have been.</param>
/// <param name="To">What it was afterwards.</param>
internal sealed record ClockJump(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan By => To - From;
}

/// <summary>Finds jumps of the wall clock by comparing it with the monotonic one. Not thread-safe.</summary>
internal sealed class JumpDetector(TimeProvider clock)
{
    /// <summary>Time daemons slew by at most 500 ppm: what moves by more than this between two looks was set.</summary>
    internal static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    // The two clocks cannot be read at the same instant; a reading during which this thread lost the processor is read again.
    private static readonly TimeSpan s_widest = TimeSpan.FromMilliseconds(50);
    private const int Tries = 5;

    private (DateTimeOffset Wall, long Monotonic)? _last;

    /// <summary>A jump since the last call; null = none.</summary>
    public ClockJump? Look()
    {
        var now = Read();
        var before = _last;
        _last = now;
        if (before is not { } last)
            return null;

        var expected = last.Wall + clock.GetElapsedTime(last.Monotonic, now.Monotonic);
        return (now.Wall - expected).Duration() >= Least ? new(expected, now.Wall) : null;
    }

    private (DateTimeOffset Wall, long Monotonic) Read()
    {
        for (var attempt = 1; ; attempt++)
        {
            var monotonic = clock.GetTimestamp();
            var wall = clock.GetUtcNow();
            if (clock.GetElapsedTime(monotonic) <= s_widest || attempt == Tries)
                return (wall, monotonic);
        }
    }
}
