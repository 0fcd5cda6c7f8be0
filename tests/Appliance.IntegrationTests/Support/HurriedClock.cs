namespace Appliance.IntegrationTests.Support;

/// <summary>Real time for those who ask what time it is; pauses and elapsed times run many times as fast, so that no test waits for a back-off.</summary>
public sealed class HurriedClock(int times = 100) : TimeProvider
{
    private readonly long _start = TimeProvider.System.GetTimestamp();

    public override long TimestampFrequency => TimeProvider.System.TimestampFrequency;

    public override long GetTimestamp() => _start + ((TimeProvider.System.GetTimestamp() - _start) * times);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        TimeProvider.System.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

    private TimeSpan Shorter(TimeSpan time) => time <= TimeSpan.Zero ? time : time / times;
}
