using System.Diagnostics;

namespace Appliance.Core.Analysis;

/// <summary>Where the time of an analysis went, in ticks of <see cref="Stopwatch"/>; summed over frames by one thread.</summary>
public sealed class StageTimes
{
    public long Detect { get; private set; }

    public long Track { get; private set; }

    public long Quality { get; private set; }

    public long Embed { get; private set; }

    public long Decide { get; private set; }

    public static double Milliseconds(long ticks) => 1000.0 * ticks / Stopwatch.Frequency;

    /// <summary>Adds the time since <paramref name="since"/> and returns now, so that stages chain.</summary>
    public long AddDetect(long since) => Add(since, static (times, ticks) => times.Detect += ticks);

    public long AddTrack(long since) => Add(since, static (times, ticks) => times.Track += ticks);

    public long AddQuality(long since) => Add(since, static (times, ticks) => times.Quality += ticks);

    public long AddEmbed(long since) => Add(since, static (times, ticks) => times.Embed += ticks);

    public long AddDecide(long since) => Add(since, static (times, ticks) => times.Decide += ticks);

    private long Add(long since, Action<StageTimes, long> to)
    {
        var now = Stopwatch.GetTimestamp();
        to(this, now - since);
        return now;
    }
}
