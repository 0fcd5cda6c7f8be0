using Appliance.Core.Inputs;

namespace Appliance.Delivery.Inputs;

/// <summary>Lines in memory, moved by <see cref="Set"/>: for boxes without wiring, the demo and tests.</summary>
public sealed class SimulatedInputs(int count) : IInputDriver
{
    private readonly bool[] _lines = new bool[count];
    private Action<int, bool>? _changed;

    /// <inheritdoc/>
    public bool Debounces => false;

    /// <inheritdoc/>
    public bool Get(int line) => Volatile.Read(ref _lines[line]);

    /// <inheritdoc/>
    public void Start(Action<int, bool> changed, Action<Exception> failed) => _changed = changed;

    public void Set(int line, bool active)
    {
        Volatile.Write(ref _lines[line], active);
        _changed?.Invoke(line, active);
    }

    public void Dispose() => _changed = null;
}
