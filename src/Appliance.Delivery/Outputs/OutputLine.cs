using Appliance.Core.Outputs;

namespace Appliance.Delivery.Outputs;

/// <summary>
/// One output: what it does, what limits it, and the timer for what comes next. Touched under the bank's lock only. Durations run on
/// the monotonic clock, so a jump of the wall clock changes none.
/// </summary>
internal sealed class OutputLine : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private long _onSince;
    private TimeSpan? _onFor;
    private long? _offSince;
    private OutputPattern? _pattern;
    private long _patternSince;
    private (OutputAction Action, string Reason)? _waiting;
    private long _heldSince;
    private TimeSpan _heldFor;

    public OutputLine(int index, OutputOptions options, TimeProvider clock, Action<OutputLine> timeIsUp)
    {
        (Index, Options, _clock) = (index, options, clock);
        State = new(new(options.Id), false, clock.GetUtcNow(), null, "start");
        _timer = clock.CreateTimer(_ => timeIsUp(this), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Index { get; }

    public OutputOptions Options { get; }

    public OutputState State { get; private set; }

    /// <summary>What the driver's line is to be: <see cref="OutputState.Active"/>, except between the flashes of a pattern.</summary>
    public bool Level => State.Active && (_pattern is null || _pattern.IsOn(_clock.GetElapsedTime(_patternSince), out _));

    /// <summary>Whether it went on longer than it may.</summary>
    public bool IsAtLimit => Limit is { } limit && State.Active && _clock.GetElapsedTime(_onSince) >= limit;

    private TimeSpan? Limit => Options.MaximumOnTime > TimeSpan.Zero ? Options.MaximumOnTime : null;

    private TimeSpan Rest => !State.Active && _offSince is { } since ? Options.MinimumOffTime - _clock.GetElapsedTime(since) : TimeSpan.Zero;

    public void Dispose() => _timer.Dispose();

    /// <summary>Switches as far as the limits of this output allow. Interlocks and overrides were asked before.</summary>
    public OutputVerdict Do(in OutputAction action, string reason)
    {
        _waiting = null;
        if (action.Kind == OutputActionKind.Off)
        {
            Stop(reason);
            return OutputVerdict.Done;
        }

        if (Rest > TimeSpan.Zero)
        {
            _waiting = (action, reason);
            Rearm();
            return OutputVerdict.Waiting;
        }

        return action.Kind == OutputActionKind.On ? Run(null, null, reason) : Run(action.Duration, action.Pattern, reason);
    }

    /// <summary>A person's hold; the bank refuses everybody else until it is over.</summary>
    public OutputVerdict Hold(bool active, TimeSpan length, string by)
    {
        (_heldSince, _heldFor) = (_clock.GetTimestamp(), length);
        State = State with { Override = new(active, by, _clock.GetUtcNow() + length) };
        return Do(active ? OutputAction.Pulse(length) : OutputAction.Off, $"override by {by}");
    }

    /// <summary>Ends a hold; the output is off then.</summary>
    public void Release(string reason)
    {
        State = State with { Override = null };
        Do(OutputAction.Off, reason);
        Rearm();
    }

    /// <summary>The wish whose rest is over; the bank asks the interlocks before it grants it.</summary>
    public (OutputAction Action, string Reason)? TakeWaiting()
    {
        if (_waiting is not { } wish || Rest > TimeSpan.Zero)
            return null;

        _waiting = null;
        return wish;
    }

    /// <summary>Does what is due by now: an end, the end of a hold.</summary>
    public void Elapse()
    {
        if (State.Active && _onFor is { } length && _clock.GetElapsedTime(_onSince) >= length)
            Stop(IsAtLimit ? "maximum on-time" : _pattern is null ? "pulse ended" : "pattern ended");
        if (State.Override is not null && _clock.GetElapsedTime(_heldSince) >= _heldFor)
            Release("override ended");
    }

    /// <summary>Sets the timer to whatever comes first: a flash, the end, the end of the rest, the end of a hold.</summary>
    public void Rearm()
    {
        var next = TimeSpan.MaxValue;
        if (State.Active && _onFor is { } length)
            next = length - _clock.GetElapsedTime(_onSince);
        if (State.Active && _pattern is not null)
        {
            var played = _clock.GetElapsedTime(_patternSince);
            _pattern.IsOn(played, out var flip);
            next = Least(next, flip - played);
        }

        if (_waiting is not null)
            next = Least(next, Rest);
        if (State.Override is not null)
            next = Least(next, _heldFor - _clock.GetElapsedTime(_heldSince));

        // Timers count whole milliseconds and round down.
        _timer.Change(
            next == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(next.TotalMilliseconds))),
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Goes on for a while (null = until told). Nothing asked later shortens what is running, and nothing exceeds the limit counted
    /// from when it went on.
    /// </summary>
    private OutputVerdict Run(TimeSpan? duration, OutputPattern? pattern, string reason)
    {
        var now = _clock.GetUtcNow();
        var already = State.Active ? _clock.GetElapsedTime(_onSince) : TimeSpan.Zero;
        var asked = already + duration;
        var runsLonger = duration is not null && State.Active && (_onFor is null || _onFor > asked);
        if (!State.Active)
            _onSince = _clock.GetTimestamp();
        if (!runsLonger)
            (_onFor, _pattern, _patternSince) = (asked, pattern, _clock.GetTimestamp());
        else if (pattern is null)
            _pattern = null;

        var limited = Limit is { } limit && (_onFor is null || _onFor > limit);
        if (limited)
            _onFor = Limit;
        State = State with
        {
            Active = true,
            Since = State.Active ? State.Since : now,
            Until = _onFor is { } length ? now + (length - already) : null,
            Reason = reason,
        };
        Rearm();
        return limited && duration is not null ? OutputVerdict.Limited : OutputVerdict.Done;
    }

    private void Stop(string reason)
    {
        (_onFor, _pattern) = (null, null);
        if (State.Active)
        {
            _offSince = _clock.GetTimestamp();
            State = State with { Active = false, Since = _clock.GetUtcNow(), Until = null, Reason = reason };
        }

        Rearm();
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
