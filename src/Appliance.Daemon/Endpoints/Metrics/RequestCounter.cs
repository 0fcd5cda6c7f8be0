namespace Appliance.Daemon.Endpoints.Metrics;

/// <summary>Counts answers by class of status; five numbers, nothing per request.</summary>
internal sealed class RequestCounter
{
    private readonly long[] _byClass = new long[6];

    public void Count(int status) => Interlocked.Increment(ref _byClass[Math.Clamp(status / 100, 0, 5)]);

    /// <param name="statusClass">1 to 5.</param>
    public long Of(int statusClass) => Volatile.Read(ref _byClass[statusClass]);
}
