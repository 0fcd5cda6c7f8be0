using Appliance.Core.Outputs;

namespace Appliance.Delivery.Outputs;

/// <summary>Lines in memory: for boxes without wiring, the demo and tests.</summary>
public sealed class SimulatedDriver : IOutputDriver
{
    private readonly bool[] _lines;
    private bool _disposed;

    /// <param name="initial">Level per line from the first moment on.</param>
    public SimulatedDriver(IReadOnlyList<bool> initial) => _lines = [.. initial];

    /// <inheritdoc/>
    public void Set(int line, bool active)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Volatile.Write(ref At(line), active);
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
