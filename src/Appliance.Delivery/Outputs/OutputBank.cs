using Appliance.Core.Outputs;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Outputs;

/// <summary>
/// The box's outputs with their limits. Commands take effect on the caller's thread before they return. A driver that fails is
/// a reason in <see cref="WhyNot"/>, not an exception: the state then shows what was asked for, and each further command and a
/// slow timer try the driver again and bring every line to its state.
/// </summary>
public sealed class OutputBank : IOutputBank, IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Func<IOutputDriver> _open;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ITimer _retry;
    private readonly Line[] _lines;
    private IOutputDriver? _driver;
    private string? _whyNot;
    private bool _stopped;

    /// <summary>Opens the configured driver and brings every line to its state for start.</summary>
    public OutputBank(OutputsOptions options, TimeProvider clock, ILogger<OutputBank> logger)
        : this(options, () => Open(options), clock, logger)
    {
    }

    /// <param name="options">The outputs; line n of the driver is the n-th of them.</param>
    /// <param name="open">Opens the driver; called again after a failure. The bank disposes what it returns.</param>
    /// <param name="clock">Time for pulses and limits. Limits run on its timers, so a jump of the wall clock changes none.</param>
    /// <param name="logger">Takes changes and failures.</param>
    public OutputBank(OutputsOptions options, Func<IOutputDriver> open, TimeProvider clock, ILogger<OutputBank> logger)
    {
        _open = open;
        _clock = clock;
        _logger = logger;
        _retry = clock.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _lines = [.. options.Lines.Select((line, index) => new Line(index, line, clock, TimeIsUp))];
        lock (_lock)
        {
            foreach (var line in _lines)
                line.Assume(line.Options.OnAtStart, "start", clock);
            ApplyAll();
        }
    }

    /// <inheritdoc/>
    public event Action<OutputState>? Changed;

    /// <inheritdoc/>
    public IReadOnlyList<OutputState> States
    {
        get
        {
            lock (_lock)
                return [.. _lines.Select(line => line.State)];
        }
    }

    /// <summary>Why the lines may not follow their state; null while the driver works.</summary>
    public string? WhyNot
    {
        get
        {
            lock (_lock)
                return _whyNot;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Durations over a day count as a day; what runs longer is not a pulse but a hold.</remarks>
    public bool Pulse(OutputId id, TimeSpan duration, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var length = duration < s_longest ? duration : s_longest;
        return Command(id, line => line.Pulse(length, reason, _clock));
    }

    /// <inheritdoc/>
    public bool Set(OutputId id, bool active, string reason) =>
        Command(id, line => line.Assume(active, reason, _clock));

    /// <summary>Brings every line to its state for stop and gives the lines back.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopped)
                return;

            foreach (var line in _lines)
            {
                var before = line.State;
                line.Assume(line.Options.OnAtStop, "stop", _clock);
                line.Timer.Dispose();
                Apply(line);
                Announce(line, before);
            }

            _stopped = true;
            _retry.Dispose();
            _driver?.Dispose();
            _driver = null;
        }
    }

    private static IOutputDriver Open(OutputsOptions options) => options.Driver switch
    {
        OutputDriverKind.Gpio => new GpioDriver(options),
        _ => new SimulatedDriver([.. options.Lines.Select(line => line.OnAtStart)]),
    };

    private bool Command(OutputId id, Action<Line> change)
    {
        lock (_lock)
        {
            if (_stopped || Array.Find(_lines, line => line.State.Id == id) is not { } line)
                return false;

            Change(line, change);
            return true;
        }
    }

    private void TimeIsUp(Line line)
    {
        lock (_lock)
        {
            // The timer may have fired just before a command moved it, or a tick early.
            if (_stopped || !line.IsDue(_clock))
            {
                line.Rearm(_clock);
                return;
            }

            if (line.AtLimit(_clock))
                _logger.MaximumOnTime(line.State.Id, line.Options.MaximumOnTime);
            Change(line, due => due.Assume(false, due.AtLimit(_clock) ? "maximum on-time" : "pulse ended", _clock));
        }
    }

    private void Change(Line line, Action<Line> change)
    {
        var before = line.State;
        change(line);
        Apply(line);
        Announce(line, before);
    }

    private void Announce(Line line, OutputState before)
    {
        if (line.State == before)
            return;

        if (line.State.Active)
            _logger.OutputOn(line.State.Id, line.State.Until, line.State.Reason);
        else if (before.Active)
            _logger.OutputOff(line.State.Id, line.State.Reason);

        try
        {
            Changed?.Invoke(line.State);
        }
        catch (Exception error)
        {
            // A listener must not keep a siren from being switched.
            _logger.ListenerFailed(error);
        }
    }

    private void Apply(Line line)
    {
        if (_driver is null)
        {
            ApplyAll();
            return;
        }

        try
        {
            _driver.Set(line.Index, line.State.Active);
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    /// <summary>Opens the driver if need be and brings every line to its state.</summary>
    private void ApplyAll()
    {
        try
        {
            if (_lines.Length == 0)
                return;

            _driver ??= _open();
            foreach (var line in _lines)
                _driver.Set(line.Index, line.State.Active);
            if (_whyNot is not null)
                _logger.DriverRecovered();
            _whyNot = null;
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private void Fail(Exception error)
    {
        if (_whyNot != error.Message)
            _logger.DriverFailed(error.Message);
        _whyNot = error.Message;
        _driver?.Dispose();
        _driver = null;
        if (!_stopped)
            _retry.Change(s_retry, Timeout.InfiniteTimeSpan);
    }

    private void Retry()
    {
        lock (_lock)
        {
            if (!_stopped && _driver is null)
                ApplyAll();
        }
    }

    /// <summary>One output's state and the timer that ends it. Touched under the bank's lock only.</summary>
    private sealed class Line
    {
        private long _onSince;
        private TimeSpan? _onFor;

        public Line(int index, OutputOptions options, TimeProvider clock, Action<Line> timeIsUp)
        {
            Index = index;
            Options = options;
            State = new(new(options.Id), false, clock.GetUtcNow(), null, "start");
            Timer = clock.CreateTimer(_ => timeIsUp(this), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public int Index { get; }

        public OutputOptions Options { get; }

        public ITimer Timer { get; }

        public OutputState State { get; private set; }

        private TimeSpan? Limit => Options.MaximumOnTime > TimeSpan.Zero ? Options.MaximumOnTime : null;

        public bool IsDue(TimeProvider clock) => State.Active && _onFor is { } length && clock.GetElapsedTime(_onSince) >= length;

        public bool AtLimit(TimeProvider clock) => Limit is { } limit && clock.GetElapsedTime(_onSince) >= limit;

        public void Assume(bool active, string reason, TimeProvider clock)
        {
            if (active)
                Run(Limit, reason, clock);
            else
                Stop(reason, clock);
        }

        /// <summary>A pulse never shortens what is already running, and never exceeds the limit counted from when it went on.</summary>
        public void Pulse(TimeSpan duration, string reason, TimeProvider clock)
        {
            var already = State.Active ? clock.GetElapsedTime(_onSince) : TimeSpan.Zero;
            var length = already + duration;
            if (State.Active && (_onFor is null || _onFor > length))
                length = _onFor ?? TimeSpan.MaxValue;
            Run(length == TimeSpan.MaxValue ? null : Limit < length ? Limit : length, reason, clock);
        }

        private void Run(TimeSpan? length, string reason, TimeProvider clock)
        {
            var now = clock.GetUtcNow();
            if (!State.Active)
                _onSince = clock.GetTimestamp();

            _onFor = length;
            var left = Rearm(clock);
            State = State with { Active = true, Since = State.Active ? State.Since : now, Until = now + left, Reason = reason };
        }

        /// <summary>Sets the timer to what is left of the on-time; null: no end.</summary>
        public TimeSpan? Rearm(TimeProvider clock)
        {
            if (_onFor is not { } length)
                return null;

            var left = length - clock.GetElapsedTime(_onSince);
            if (left < TimeSpan.Zero)
                left = TimeSpan.Zero;
            // Timers count whole milliseconds and round down.
            Timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
            return left;
        }

        private void Stop(string reason, TimeProvider clock)
        {
            Timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _onFor = null;
            if (State.Active)
                State = State with { Active = false, Since = clock.GetUtcNow(), Until = null, Reason = reason };
        }
    }
}
