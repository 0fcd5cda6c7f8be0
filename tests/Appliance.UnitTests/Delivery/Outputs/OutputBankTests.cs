using Appliance.Core.Outputs;
using Appliance.Delivery.Outputs;
using Appliance.UnitTests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.UnitTests.Delivery.Outputs;

public sealed class OutputBankTests
{
    private static readonly OutputId s_siren = new("siren");
    private static readonly OutputId s_lamp = new("lamp");

    private readonly ManualClock _clock = new();
    private readonly FaultyDriver _driver = new();

    [Fact]
    public void Pulse_Elapses_OutputFallsBack()
    {
        using var bank = Bank();

        Assert.True(bank.Pulse(s_siren, TimeSpan.FromSeconds(5), "alert 1"));
        var during = bank.States[0];
        _clock.Advance(TimeSpan.FromSeconds(4.999));
        var before = _driver.Get(0);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(new(s_siren, true, during.Since, during.Since + TimeSpan.FromSeconds(5), "alert 1"), during);
        Assert.True(before);
        Assert.False(_driver.Get(0));
        Assert.Equal(new(s_siren, false, _clock.GetUtcNow(), null, "pulse ended"), bank.States[0]);
    }

    [Fact]
    public void Pulse_LongerThanTheLimit_IsCutAtTheLimit()
    {
        using var bank = Bank(maximum: TimeSpan.FromSeconds(30));

        bank.Pulse(s_siren, TimeSpan.FromMinutes(5), "alert");
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.False(_driver.Get(0));
        Assert.Equal("maximum on-time", bank.States[0].Reason);
    }

    [Fact]
    public void Pulse_AgainAndAgain_NeverExceedsTheLimitInOneStretch()
    {
        using var bank = Bank(maximum: TimeSpan.FromSeconds(30));

        for (var second = 0; second < 30; second++)
        {
            bank.Pulse(s_siren, TimeSpan.FromSeconds(5), "alert");
            Assert.True(_driver.Get(0));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(_driver.Get(0));
    }

    [Fact]
    public void Pulse_ShorterThanTheOneRunning_DoesNotShortenIt()
    {
        using var bank = Bank();

        bank.Pulse(s_siren, TimeSpan.FromSeconds(20), "long");
        bank.Pulse(s_siren, TimeSpan.FromSeconds(2), "short");
        _clock.Advance(TimeSpan.FromSeconds(19));
        var at19 = _driver.Get(0);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(at19);
        Assert.False(_driver.Get(0));
    }

    [Fact]
    public void Pulse_DuringAnotherPulse_Extends()
    {
        using var bank = Bank();

        bank.Pulse(s_siren, TimeSpan.FromSeconds(5), "first");
        _clock.Advance(TimeSpan.FromSeconds(3));
        bank.Pulse(s_siren, TimeSpan.FromSeconds(5), "second");
        _clock.Advance(TimeSpan.FromSeconds(4));
        var at7 = _driver.Get(0);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(at7);
        Assert.False(_driver.Get(0));
    }

    [Fact]
    public void Pulse_OnAHeldOutputWithoutLimit_LeavesItHeld()
    {
        using var bank = Bank(maximum: TimeSpan.Zero);

        bank.Set(s_siren, true, "operator");
        bank.Pulse(s_siren, TimeSpan.FromSeconds(1), "alert");
        _clock.Advance(TimeSpan.FromDays(3));

        Assert.True(_driver.Get(0));
        Assert.Null(bank.States[0].Until);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Pulse_NoDuration_Throws(int seconds)
    {
        using var bank = Bank();

        Assert.Throws<ArgumentOutOfRangeException>(() => bank.Pulse(s_siren, TimeSpan.FromSeconds(seconds), "x"));
    }

    [Fact]
    public void Pulse_EndlessDuration_CountsAsADay()
    {
        using var bank = Bank(maximum: TimeSpan.Zero);

        bank.Pulse(s_siren, TimeSpan.MaxValue, "x");
        _clock.Advance(TimeSpan.FromDays(1));

        Assert.False(_driver.Get(0));
    }

    [Fact]
    public void Set_OnThenOff_ReachesTheLineAtOnce()
    {
        using var bank = Bank();

        bank.Set(s_lamp, true, "operator");
        var on = (_driver.Get(0), _driver.Get(1));
        bank.Set(s_lamp, false, "operator");

        Assert.Equal((false, true), on);
        Assert.False(_driver.Get(1));
    }

    [Fact]
    public void Set_HeldOn_EndsAtTheMaximumOnTime()
    {
        using var bank = Bank(maximum: TimeSpan.FromMinutes(3));

        bank.Set(s_siren, true, "operator");
        _clock.Advance(TimeSpan.FromMinutes(2));
        bank.Set(s_siren, true, "operator again");
        _clock.Advance(TimeSpan.FromSeconds(59));
        var before = _driver.Get(0);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(before);
        Assert.False(_driver.Get(0));
    }

    [Fact]
    public void Set_UnknownOutput_SaysSoAndSwitchesNothing()
    {
        using var bank = Bank();

        Assert.False(bank.Set(new("nope"), true, "x"));
        Assert.False(bank.Pulse(new("nope"), TimeSpan.FromSeconds(1), "x"));
        Assert.All(bank.States, state => Assert.False(state.Active));
    }

    [Fact]
    public void Changed_EachChange_IsRaisedOnceInOrder()
    {
        using var bank = Bank();
        var seen = new List<(bool Active, string Reason)>();
        bank.Changed += state => seen.Add((state.Active, state.Reason));

        bank.Set(s_siren, false, "nothing to do");
        bank.Pulse(s_siren, TimeSpan.FromSeconds(1), "alert");
        _clock.Advance(TimeSpan.FromSeconds(1));
        bank.Dispose();

        Assert.Equal([(true, "alert"), (false, "pulse ended")], seen);
    }

    [Fact]
    public void Changed_ListenerThrows_TheOutputIsSwitchedAllTheSame()
    {
        using var bank = Bank();
        bank.Changed += _ => throw new InvalidOperationException("listener");

        Assert.True(bank.Set(s_siren, true, "x"));

        Assert.True(_driver.Get(0));
    }

    [Fact]
    public void Constructor_OnAtStart_IsOnFromTheStartWithItsLimit()
    {
        using var bank = Bank(onAtStart: true, maximum: TimeSpan.FromSeconds(10));

        var atStart = _driver.Get(0);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.True(atStart);
        Assert.False(_driver.Get(0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_WhateverWasOn_LeavesTheStateForStop(bool onAtStop)
    {
        var bank = Bank(onAtStop: onAtStop);
        bank.Set(s_siren, !onAtStop, "operator");
        bank.Set(s_lamp, true, "operator");

        bank.Dispose();

        Assert.Equal(onAtStop, _driver.LastLevel(0));
        Assert.False(_driver.LastLevel(1));
        Assert.True(_driver.IsDisposed);
        Assert.False(bank.Set(s_siren, true, "too late"));
    }

    [Fact]
    public void Set_DriverFails_IsAReasonAndIsMadeGoodLater()
    {
        using var bank = Bank();

        _driver.Fault = new IOException("device gone");
        var known = bank.Set(s_siren, true, "alert");
        var whyNot = bank.WhyNot;
        _driver.Fault = null;
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.True(known);
        Assert.Equal("device gone", whyNot);
        Assert.Null(bank.WhyNot);
        Assert.True(_driver.Get(0));
    }

    [Fact]
    public void Constructor_NoDevice_RunsWithAReason()
    {
        _driver.OpenFault = new IOException("no such chip");
        using var bank = Bank();

        Assert.Equal("no such chip", bank.WhyNot);
        Assert.True(bank.Set(s_siren, true, "alert"));
        _driver.OpenFault = null;
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(bank.WhyNot);
        Assert.True(_driver.Get(0));
    }

    [Fact]
    public void TimeIsUp_WallClockJumps_ThePulseKeepsItsLength()
    {
        // Limits run on the monotonic timestamp.
        var clock = new JumpingClock(_clock);
        using var bank = new OutputBank(Options(), () => _driver, clock, NullLogger<OutputBank>.Instance);

        bank.Pulse(s_siren, TimeSpan.FromSeconds(5), "alert");
        clock.Offset = TimeSpan.FromDays(-400);
        _clock.Advance(TimeSpan.FromSeconds(4));
        var at4 = _driver.Get(0);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.True(at4);
        Assert.False(_driver.Get(0));
    }

    private static OutputsOptions Options(bool onAtStart = false, bool onAtStop = false, TimeSpan? maximum = null) => new()
    {
        Lines =
        [
            new()
            {
                Id = "siren", Line = 17, OnAtStart = onAtStart, OnAtStop = onAtStop,
                MaximumOnTime = maximum ?? TimeSpan.FromMinutes(3),
            },
            new() { Id = "lamp", Line = 4 },
        ],
    };

    private OutputBank Bank(bool onAtStart = false, bool onAtStop = false, TimeSpan? maximum = null) =>
        new(Options(onAtStart, onAtStop, maximum), _driver.Open, _clock, NullLogger<OutputBank>.Instance);

    /// <summary>Two lines that can be made to fail.</summary>
    private sealed class FaultyDriver : IOutputDriver
    {
        private readonly bool[] _levels = new bool[2];

        public Exception? Fault { get; set; }

        public Exception? OpenFault { get; set; }

        public bool IsDisposed { get; private set; }

        public IOutputDriver Open()
        {
            IsDisposed = false;
            return OpenFault is null ? this : throw OpenFault;
        }

        public void Set(int line, bool active)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            _levels[line] = Fault is null ? active : throw Fault;
        }

        public bool Get(int line) => _levels[line];

        public bool LastLevel(int line) => _levels[line];

        public void Dispose() => IsDisposed = true;
    }

    private sealed class JumpingClock(ManualClock inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }
}
