using System.Diagnostics;

namespace Appliance.Core.Analysis;

/// <summary>Where the time of an analysis went, in ticks of <see cref="Stopwatch"/>; summed over frames by one thread.</summary>
public sealed class StageTimes
{
    private long _detect;
    private long _track;
    private long _quality;
    private long _embed;
    private long _decide;

    public long Detect => _detect;

    public long Track => _track;

    public long Quality => _quality;

    public long Embed => _embed;

    public long Decide => _decide;

    public static double Milliseconds(long ticks) => 1000.0 * ticks / Stopwatch.Frequency;

    /// <summary>Adds the time since <paramref name="since"/> and returns now, so that stages chain.</summary>
    public long AddDetect(long since) => Add(ref _detect, since);

    public long AddTrack(long since) => Add(ref _track, since);

    public long AddQuality(long since) => Add(ref _quality, since);

    public long AddEmbed(long since) => Add(ref _embed, since);

    public long AddDecide(long since) => Add(ref _decide, since);

    private static long Add(ref long stage, long since)
    {
        var now = Stopwatch.GetTimestamp();
        stage += now - since;
        return now;
    }
}
