namespace Appliance.Core;

/// <summary>
/// Pauses between attempts: each twice the one before, up to the longest, plus up to a quarter at random, so that a street of
/// boxes does not come back in one instant. Not thread-safe.
/// </summary>
/// <param name="first">The first pause.</param>
/// <param name="longest">They grow up to this, the random part aside.</param>
/// <param name="random">Where the random part comes from; null = shared.</param>
public sealed class BackOff(TimeSpan first, TimeSpan longest, Random? random = null)
{
    private readonly Random _random = random ?? Random.Shared;
    private TimeSpan? _next;

    /// <summary>The next pause.</summary>
    public TimeSpan Next()
    {
        var pause = _next ?? first;
        _next = pause * 2 < longest ? pause * 2 : longest;
        return pause + (pause * (0.25 * _random.NextDouble()));
    }

    /// <summary>An attempt went well: the next pause is the first again.</summary>
    public void Reset() => _next = null;
}
