namespace Appliance.Learning;

/// <summary>
/// Pauses between attempts: each twice the one before, up to the longest, plus up to a quarter at random, so that a street of boxes
/// does not come back in one instant. Not thread-safe.
/// </summary>
internal sealed class BackOff(TimeSpan first, TimeSpan longest, Random? random = null)
{
    private readonly Random _random = random ?? Random.Shared;
    private TimeSpan? _next;

    public TimeSpan Next()
    {
        var pause = _next ?? first;
        _next = pause * 2 < longest ? pause * 2 : longest;
        return pause + (pause * (0.25 * _random.NextDouble()));
    }

    public void Reset() => _next = null;
}
