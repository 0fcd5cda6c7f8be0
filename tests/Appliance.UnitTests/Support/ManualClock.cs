namespace Appliance.UnitTests.Support;

/// <summary>Time that stands still until <see cref="Advance"/>; its timers fire on the thread that advances it, in order.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TaskCompletionSource _armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _now = new(2026, 7, 23, 10, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time on; every timer due on the way sees its own instant.</summary>
    public void Advance(TimeSpan by)
    {
        DateTimeOffset end;
        lock (_lock)
            end = _now + by;

        while (true)
        {
            ManualTimer? next;
            lock (_lock)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                if (next is null)
                {
                    _now = end;
                    return;
                }

                if (next.Due > _now)
                    _now = next.Due!.Value;
                next.Rearm();
            }

            next.Fire();
        }
    }

    /// <summary>
    /// Passes every pause of at most <paramref name="longest"/> as soon as someone waits for it, until a task is done; longer
    /// ones are limits that must not pass.
    /// </summary>
    public async Task AdvanceUntil(Task done, TimeSpan longest)
    {
        while (!done.IsCompleted)
        {
            Task armed;
            TimeSpan? wait;
            lock (_lock)
            {
                armed = _armed.Task;
                wait = _timers.Min(timer => timer.Due) - _now;
            }

            if (wait <= longest)
                Advance(wait.Value > TimeSpan.Zero ? wait.Value : TimeSpan.Zero);
            else
                await Task.WhenAny(done, armed);
        }

        await done;
    }

    private sealed class ManualTimer(ManualClock clock, Action fire) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset? Due { get; private set; }

        public void Fire() => fire();

        public void Rearm() => Due = _period > TimeSpan.Zero ? Due + _period : null;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
                clock._timers.Remove(this);
                clock._timers.Add(this);
                if (Due is not null)
                {
                    clock._armed.TrySetResult();
                    clock._armed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                Due = null;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
