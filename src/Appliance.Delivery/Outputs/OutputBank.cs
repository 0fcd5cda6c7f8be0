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
    private readonly ILogger _logger;
    private readonly ITimer _retry;
    private readonly OutputLine[] _lines;
    private Func<string, bool?> _input = static _ => null;
    private IOutputDriver? _driver;
    private string? _whyNot;
    private bool _stopped;

    /// <summary>Opens the configured driver and brings every line to its state for start.</summary>
    public OutputBank(OutputsOptions options, TimeProvider clock, ILogger<OutputBank> logger)
        : this(options, () => OutputDrivers.Open(options, static line => line.OnAtStart), clock, logger)
    {
    }

    /// <param name="options">The outputs; line n of the driver is the n-th of them.</param>
    /// <param name="open">Opens the driver; called again after a failure. The bank disposes what it returns.</param>
    /// <param name="clock">Time for pulses and limits. Limits run on its timers, so a jump of the wall clock changes none.</param>
    /// <param name="logger">Takes changes and failures.</param>
    public OutputBank(OutputsOptions options, Func<IOutputDriver> open, TimeProvider clock, ILogger<OutputBank> logger)
    {
        _open = open;
        _logger = logger;
        _retry = clock.CreateTimer(_ => Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _lines = [.. options.Lines.Select((line, index) => new OutputLine(index, line, clock, TimeIsUp))];
        lock (_lock)
        {
            foreach (var line in _lines.Where(line => line.Options.OnAtStart))
                line.Do(OutputAction.On, "start");
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
    public OutputAnswer Do(OutputId id, in OutputAction action, string reason)
    {
        var wish = action.Kind == OutputActionKind.Pulse && action.Duration > s_longest ? OutputAction.Pulse(s_longest) : action;
        lock (_lock)
        {
            if (Find(id) is not { } line)
                return Unknown(id);
            if (line.State.Override is { } held)
                return new(OutputVerdict.Refused, $"{held.By} holds it {(held.Active ? "on" : "off")} until {held.Until:u}", line.State);

            return Grant(line, wish, reason);
        }
    }

    /// <inheritdoc/>
    public OutputAnswer Override(OutputId id, bool active, TimeSpan length, string by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        var least = length < s_longest ? length : s_longest;
        lock (_lock)
        {
            if (Find(id) is not { } line)
                return Unknown(id);
            if (active && WhyNotOn(line) is { } interlock)
                return new(OutputVerdict.Refused, interlock, line.State);

            var verdict = OutputVerdict.Done;
            Change(line, held => verdict = held.Hold(active, least, by));
            return Answer(verdict, line);
        }
    }

    /// <inheritdoc/>
    public OutputAnswer Release(OutputId id, string by)
    {
        lock (_lock)
        {
            if (Find(id) is not { } line)
                return Unknown(id);
            if (line.State.Override is null)
                return new(OutputVerdict.Refused, "nobody holds it", line.State);

            Change(line, held => held.Release($"override released by {by}"));
            return Answer(OutputVerdict.Done, line);
        }
    }

    /// <summary>Where «only if» looks for names that are no outputs; null = no such input.</summary>
    public void Watch(Func<string, bool?> input)
    {
        lock (_lock)
            _input = input;
    }

    /// <summary>An input changed: outputs that may only be on with it go off without it.</summary>
    public void InputsChanged()
    {
        lock (_lock)
            EnforceInterlocks();
    }

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
                if (before.Override is not null)
                    line.Release("stop");
                line.Do(line.Options.OnAtStop ? OutputAction.On : OutputAction.Off, "stop");
                Apply(line);
                Announce(line, before);
                line.Dispose();
            }

            _stopped = true;
            _retry.Dispose();
            _driver?.Dispose();
            _driver = null;
        }
    }

    private OutputLine? Find(OutputId id) => _stopped ? null : Array.Find(_lines, line => line.State.Id == id);

    private static OutputAnswer Unknown(OutputId id) => new(OutputVerdict.Unknown, $"there is no output '{id}'", null);

    private static OutputAnswer Answer(OutputVerdict verdict, OutputLine line) => new(
        verdict,
        verdict switch
        {
            OutputVerdict.Limited => $"cut at its maximum on-time of {line.Options.MaximumOnTime:c}",
            OutputVerdict.Waiting => $"begins when its minimum off-time of {line.Options.MinimumOffTime:c} is over",
            _ => "",
        },
        line.State);

    private OutputAnswer Grant(OutputLine line, OutputAction wish, string reason)
    {
        if (wish.Kind != OutputActionKind.Off && WhyNotOn(line) is { } interlock)
        {
            _logger.OutputRefused(line.State.Id, interlock, reason);
            return new(OutputVerdict.Refused, interlock, line.State);
        }

        // Flashes faster than the output may be switched become one steady pulse.
        if (wish.Pattern is { } pattern && pattern.ShortestOff < line.Options.MinimumOffTime)
            wish = OutputAction.Pulse(pattern.Length);

        var verdict = OutputVerdict.Done;
        Change(line, granted => verdict = granted.Do(wish, reason));
        return Answer(verdict, line);
    }

    /// <summary>Null: no interlock forbids it.</summary>
    private string? WhyNotOn(OutputLine line)
    {
        foreach (var other in _lines)
        {
            if (other != line && other.State.Active
                && (line.Options.NeverWith.Contains(other.Options.Id) || other.Options.NeverWith.Contains(line.Options.Id)))
                return $"interlock: never together with {other.Options.Id}, which is on";
        }

        return line.Options.OnlyIf.FirstOrDefault(name => !IsOn(name)) is { } missing ? $"interlock: only while {missing} is on" : null;
    }

    private bool IsOn(string name) =>
        Array.Find(_lines, line => line.Options.Id == name) is { } output ? output.State.Active : _input(name) == true;

    private void EnforceInterlocks()
    {
        // One that goes off may take the next with it; a chain is no longer than the lines.
        for (var round = 0; round < _lines.Length; round++)
        {
            var fell = Array.Find(_lines, line => line.State.Active && line.Options.OnlyIf.Any(name => !IsOn(name)));
            if (_stopped || fell is null)
                return;

            Switch(fell, line => line.Do(OutputAction.Off, $"interlock: {line.Options.OnlyIf.First(name => !IsOn(name))} is off"));
        }
    }

    private void TimeIsUp(OutputLine line)
    {
        lock (_lock)
        {
            if (_stopped)
                return;

            if (line.IsAtLimit)
                _logger.MaximumOnTime(line.State.Id, line.Options.MaximumOnTime);
            Change(line, static due => due.Elapse());
            if (line.TakeWaiting() is { } wish)
                Grant(line, wish.Action, wish.Reason);
            // The timer may have fired just before a command moved it, or a tick early.
            line.Rearm();
        }
    }

    private void Change(OutputLine line, Action<OutputLine> change)
    {
        Switch(line, change);
        EnforceInterlocks();
    }

    private void Switch(OutputLine line, Action<OutputLine> change)
    {
        var before = line.State;
        change(line);
        Apply(line);
        Announce(line, before);
    }

    private void Announce(OutputLine line, OutputState before)
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

    private void Apply(OutputLine line)
    {
        if (_driver is null)
        {
            ApplyAll();
            return;
        }

        try
        {
            Drive(line);
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private void Drive(OutputLine line) => _driver!.Set(line.Index, line.Level);

    /// <summary>Opens the driver if need be and brings every line to its state.</summary>
    private void ApplyAll()
    {
        try
        {
            if (_lines.Length == 0)
                return;

            _driver ??= _open();
            foreach (var line in _lines)
                Drive(line);
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
}
