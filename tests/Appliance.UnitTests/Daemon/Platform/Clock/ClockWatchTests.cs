using System.Threading.Channels;
using Appliance.Daemon.Platform.Clock;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.UnitTests.Daemon.Platform.Clock;

public class ClockWatchTests
{
    [Fact]
    public void Look_TimePassesEvenly_FindsNoJump()
    {
        var clock = new SetClock();
        var jumps = new JumpDetector(clock);

        for (var i = 0; i < 10; i++)
        {
            Assert.Null(jumps.Look());
            clock.Pass(TimeSpan.FromMinutes(7));
        }
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(1)]
    public void Look_ClockWasSet_TellsByHowMuchOnce(int seconds)
    {
        var clock = new SetClock();
        var jumps = new JumpDetector(clock);
        jumps.Look();
        clock.Pass(TimeSpan.FromSeconds(1));

        clock.Set(TimeSpan.FromSeconds(seconds));
        var jump = jumps.Look();

        Assert.Equal(TimeSpan.FromSeconds(seconds), jump!.By);
        Assert.Equal(clock.GetUtcNow(), jump.To);
        Assert.Null(jumps.Look());
    }

    [Fact]
    public void Look_ClockIsSlewed_FindsNoJump()
    {
        var clock = new SetClock();
        var jumps = new JumpDetector(clock);
        jumps.Look();

        // 500 ppm over a minute: the most that a time daemon slews.
        clock.Pass(TimeSpan.FromMinutes(1));
        clock.Set(TimeSpan.FromMilliseconds(30));

        Assert.Null(jumps.Look());
    }

    [Fact]
    public async Task State_SourceSpeaks_IsWhatItSaysAndJumpsAreTold()
    {
        var clock = new SetClock();
        var source = new ScriptedSource();
        await using var watch = new ClockWatch(source, clock, NullLogger<ClockWatch>.Instance);
        var jumped = new TaskCompletionSource<ClockJump>();
        watch.Jumped += jump => jumped.TrySetResult(jump);

        await source.NextAsk();
        var before = watch.State;
        source.Say(false, "timedate1");
        clock.Set(TimeSpan.FromHours(5));
        clock.Tick();
        await source.NextAsk();
        source.Say(true, "timedate1");
        // A further look begins only after the answer was taken in.
        clock.Set(TimeSpan.FromHours(1));
        clock.Tick();
        await source.NextAsk();

        Assert.Null(before.IsSynced);
        Assert.Equal(TimeSpan.FromHours(5), (await jumped.Task).By);
        Assert.True(watch.State.IsSynced);
        Assert.Equal("timedate1", watch.State.Source);
        Assert.Equal(TimeSpan.FromHours(1), watch.LastJump!.By);
    }

    /// <summary>Whoever asks waits until the test has said the answer.</summary>
    private sealed class ScriptedSource : IClockSource
    {
        private readonly SemaphoreSlim _asked = new(0);
        private readonly Channel<(bool? IsSynced, string Source)> _answers = Channel.CreateUnbounded<(bool?, string)>();

        public bool? Kernel => null;

        public async Task<(bool? IsSynced, string Source)> Ask(CancellationToken cancel)
        {
            _asked.Release();
            return await _answers.Reader.ReadAsync(cancel);
        }

        public Task NextAsk() => _asked.WaitAsync().WaitAsync(TimeSpan.FromMinutes(1));

        public void Say(bool isSynced, string source) => _answers.Writer.TryWrite((isSynced, source));
    }

    /// <summary>Wall clock and monotonic clock that can be moved apart; its timers fire by <see cref="Tick"/>.</summary>
    private sealed class SetClock : TimeProvider
    {
        private readonly List<Action> _timers = [];
        private DateTimeOffset _wall = new(2026, 7, 23, 10, 0, 0, TimeSpan.Zero);
        private TimeSpan _monotonic;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _wall;

        public override long GetTimestamp() => _monotonic.Ticks;

        public void Pass(TimeSpan by)
        {
            _wall += by;
            _monotonic += by;
        }

        public void Set(TimeSpan by) => _wall += by;

        public void Tick()
        {
            foreach (var fire in _timers.ToArray())
                fire();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timers.Add(() => callback(state));
            return new NoTimer();
        }

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
