using Appliance.Core.Inputs;
using Appliance.Delivery.Outputs;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Inputs;

/// <summary>
/// The box's inputs with their state. Changes that last shorter than the debounce are not told. A driver that fails is a reason in
/// <see cref="WhyNot"/>, and it is tried again.
/// </summary>
public sealed class InputBank : IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Func<IInputDriver> _open;
    private readonly InputsOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly InputState[] _states;
    private readonly ITimer[] _settling;
    private readonly bool[] _levels;
    private readonly ITimer _retry;
    private IInputDriver? _driver;
    private string? _whyNot;
    private bool _stopped;

    public InputBank(InputsOptions options, TimeProvider clock, ILogger<InputBank> logger)
        : this(options, () => Open(options), clock, logger)
    {
    }

    /// <param name="options">The inputs; line n of the driver is the n-th of them.</param>
    /// <param name="open">Opens the driver; called again after a failure. The bank disposes what it returns.</param>
    /// <param name="clock">Time for the debounce.</param>
    /// <param name="logger">Takes changes and failures.</param>
    public InputBank(InputsOptions options, Func<IInputDriver> open, TimeProvider clock, ILogger<InputBank> logger)
    {
        (_options, _open, _clock, _logger) = (options, open, clock, logger);
        var now = clock.GetUtcNow();
        _states = [.. options.Lines.Select(line => new InputState(line.Id, line.Kind, false, now, 0))];
        _levels = new bool[_states.Length];
        _settling = [.. options.Lines.Select((_, index) => clock.CreateTimer(
            _ => Settle(index), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan))];
        _retry = clock.CreateTimer(_ => Connect(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Connect();
    }

    /// <summary>Raised after each change, on the thread that noticed it; handlers must not block.</summary>
    public event Action<InputState>? Changed;

    public IReadOnlyList<InputState> States
    {
        get
        {
            lock (_lock)
                return [.. _states];
        }
    }

    /// <summary>Why the states may not be true; null while the driver works.</summary>
    public string? WhyNot
    {
        get
        {
            lock (_lock)
                return _whyNot;
        }
    }

    /// <summary>Null: no such input.</summary>
    public bool? IsActive(string id)
    {
        // Without the lock: asked by the outputs while they hold theirs, and told of changes while this one is held by nobody.
        var at = Array.FindIndex(_states, state => state.Id == id);
        return at < 0 ? null : Volatile.Read(ref _states[at]).Active;
    }

    /// <summary>Moves a simulated line. False: no such input, or it is a real one.</summary>
    public bool Simulate(string id, bool active)
    {
        SimulatedInputs? simulated;
        lock (_lock)
            simulated = _driver as SimulatedInputs;
        var at = Array.FindIndex(_states, state => state.Id == id);
        if (at < 0 || simulated is null)
            return false;

        simulated.Set(at, active);
        return true;
    }

    public void Dispose()
    {
        IInputDriver? driver;
        lock (_lock)
        {
            _stopped = true;
            driver = _driver;
            _driver = null;
        }

        _retry.Dispose();
        foreach (var timer in _settling)
            timer.Dispose();
        // Outside the lock: its thread may be just telling of a change.
        driver?.Dispose();
    }

    private static IInputDriver Open(InputsOptions options) => options.Driver switch
    {
        OutputDriverKind.Gpio => new GpioInputDriver(options),
        _ => new SimulatedInputs(options.Lines.Count),
    };

    private void Connect()
    {
        if (_states.Length == 0)
            return;

        IInputDriver? driver = null;
        try
        {
            lock (_lock)
            {
                if (_stopped || _driver is not null)
                    return;

                driver = _driver = _open();
                if (_whyNot is not null)
                    _logger.InputsRecovered();
                _whyNot = null;
            }

            // What changed before the watching began is read; both ways end in the same place.
            driver.Start(Level, error => Fail(error, driver));
            for (var i = 0; i < _states.Length; i++)
                Take(i, driver.Get(i));
        }
        catch (Exception error)
        {
            Fail(error, driver);
        }
    }

    private void Fail(Exception error, IInputDriver? driver)
    {
        lock (_lock)
        {
            if (_stopped || (driver is not null && _driver != driver))
                return;
            if (_whyNot != error.Message)
                _logger.InputsFailed(error.Message);
            _whyNot = error.Message;
            _driver = null;
            _retry.Change(s_retry, Timeout.InfiniteTimeSpan);
        }

        driver?.Dispose();
    }

    private void Level(int line, bool active)
    {
        var debounce = _options.Lines[line].Debounce;
        if (debounce <= TimeSpan.Zero || _driver is { Debounces: true })
        {
            Take(line, active);
            return;
        }

        lock (_lock)
        {
            if (_stopped)
                return;
            _levels[line] = active;
            _settling[line].Change(debounce, Timeout.InfiniteTimeSpan);
        }
    }

    private void Settle(int line)
    {
        bool level;
        lock (_lock)
            level = _levels[line];
        Take(line, level);
    }

    private void Take(int line, bool active)
    {
        InputState state;
        lock (_lock)
        {
            if (_stopped || _states[line].Active == active)
                return;
            state = _states[line] with { Active = active, Since = _clock.GetUtcNow(), Changes = _states[line].Changes + 1 };
            Volatile.Write(ref _states[line], state);
        }

        _logger.InputChanged(state.Id, active ? "active" : "inactive");
        try
        {
            Changed?.Invoke(state);
        }
        catch (Exception error)
        {
            _logger.InputListenerFailed(error);
        }
    }
}
