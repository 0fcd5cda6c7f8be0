using Appliance.Native.DBus;

namespace Appliance.Daemon.Platform;

/// <summary>The system's D-Bus, connected when first needed and again after it was lost. A machine without one is no fault of the box.</summary>
/// <param name="address">D-Bus address; empty = the system bus.</param>
internal sealed class SystemBus(string address) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private BusConnection? _connection;
    private bool _disposed;

    /// <summary>The connection of now.</summary>
    /// <exception cref="BusException">There is no bus; the message says why.</exception>
    public async ValueTask<BusConnection> Connect(CancellationToken cancel)
    {
        if (Volatile.Read(ref _connection) is { Ended.IsCompleted: false } open)
            return open;

        await _gate.WaitAsync(cancel);
        try
        {
            if (_connection is { Ended.IsCompleted: false } meanwhile)
                return meanwhile;

            ObjectDisposedException.ThrowIf(_disposed, this);
            _connection?.Dispose();
            Volatile.Write(ref _connection, await BusConnection.Connect(address.Length > 0 ? address : null, cancel));
            return _connection!;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Volatile.Read(ref _connection)?.Dispose();
    }
}
