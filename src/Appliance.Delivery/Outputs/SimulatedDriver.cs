using Appliance.Core.Outputs;

namespace Appliance.Delivery.Outputs;

/// <summary>Lines in memory: for boxes without wiring, the demo and tests.</summary>
public sealed class SimulatedDriver : IOutputDriver
{
    private readonly bool[] _lines;
    private readonly SimulatedStateFile? _file;
    private bool _disposed;

    /// <param name="initial">Level per line from the first moment on.</param>
    /// <param name="file">Where the levels are shown to other processes; null = nowhere.</param>
    public SimulatedDriver(IReadOnlyList<bool> initial, SimulatedStateFile? file = null)
    {
        _lines = [.. initial];
        _file = file;
        _file?.Write(_lines);
    }

    /// <inheritdoc/>
    public void Set(int line, bool active)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Volatile.Read(ref At(line)) == active)
            return;

        Volatile.Write(ref At(line), active);
        _file?.Write(_lines);
    }

    /// <inheritdoc/>
    public bool Get(int line) => Volatile.Read(ref At(line));

    public void Dispose() => _disposed = true;

    private ref bool At(int line)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(line);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(line, _lines.Length);
        return ref _lines[line];
    }
}
