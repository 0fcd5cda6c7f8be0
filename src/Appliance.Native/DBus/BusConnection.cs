using System.Runtime.InteropServices;

namespace Appliance.Native.DBus;

/// <summary>
/// One connection to a D-Bus daemon over libsystemd's sd-bus, from connecting to its end; whoever wants another connects again.
/// sd-bus is single-threaded: a thread of its own makes, sends, receives and frees every message. Members are thread-safe.
/// </summary>
public sealed partial class BusConnection : IDisposable
{
    /// <summary>How long an answer may take where the caller says nothing else: D-Bus's usual 25 s.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(25);

    private const string Bus = "org.freedesktop.DBus";
    private const string BusPath = "/org/freedesktop/DBus";
    private const string Properties = "org.freedesktop.DBus.Properties";

    private readonly string? _address;
    private readonly Lock _lock = new();
    private readonly Queue<Action> _work = [];
    private readonly List<(BusMatch Match, Action<BusSignal> Handler)> _handlers = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<BusException?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _wake;
    private bool _stopping;
    private bool _over;

    private BusConnection(string? address)
    {
        _address = address;
        _wake = NativeMethods.eventfd(0, Constants.EventFdFlags);
        if (_wake < 0)
            throw new BusException(BusException.Failed, "eventfd: " + Marshal.GetLastPInvokeErrorMessage());
    }

    /// <summary>Completes when the connection is over: with the fault, or null after disposal. Never fails.</summary>
    public Task<BusException?> Ended => _ended.Task;

    /// <summary>Connects and says hello.</summary>
    /// <param name="address">D-Bus address, e.g. <c>unix:path=/run/x</c>; null = the system bus (<c>DBUS_SYSTEM_BUS_ADDRESS</c>).</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="BusException">libsystemd is missing, or nobody answers there.</exception>
    public static async Task<BusConnection> Connect(string? address, CancellationToken cancel = default)
    {
        var connection = new BusConnection(address);
        new Thread(connection.Run) { IsBackground = true, Name = "dbus" }.Start();
        try
        {
            await connection._ready.Task.WaitAsync(DefaultTimeout, cancel).ConfigureAwait(false);
            return connection;
        }
        catch (Exception error)
        {
            connection.Dispose();
            if (error is TimeoutException)
                throw new BusException(BusException.TimedOut, "the bus does not say hello");
            throw;
        }
    }

    /// <summary>Calls a method and waits for its answer.</summary>
    /// <exception cref="BusException">The error that was answered, a timeout, or the end of the connection.</exception>
    public async Task<BusReply> Call(BusCall call, TimeSpan? timeout = null, CancellationToken cancel = default)
    {
        var answer = new TaskCompletionSource<BusReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() => Send(call, answer));
        try
        {
            return await answer.Task.WaitAsync(timeout ?? DefaultTimeout, cancel).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new BusException(BusException.TimedOut, $"{call.Destination} did not answer {call.Member}");
        }
        finally
        {
            // Forgets the call when nobody waits any more.
            answer.TrySetCanceled(CancellationToken.None);
        }
    }

    /// <summary>Reads a property.</summary>
    /// <exception cref="BusException">As <see cref="Call"/>, or it is of another type.</exception>
    public async Task<T> Get<T>(
        string destination, string path, string @interface, string property, CancellationToken cancel = default) =>
        (await Call(new(destination, path, Properties, "Get", "ss", @interface, property), null, cancel).ConfigureAwait(false)).Get<T>();

    /// <summary>Reads all properties of an interface.</summary>
    /// <exception cref="BusException">As <see cref="Call"/>.</exception>
    public async Task<IReadOnlyDictionary<string, object>> GetAll(
        string destination, string path, string @interface, CancellationToken cancel = default) =>
        (await Call(new(destination, path, Properties, "GetAll", "s", @interface), null, cancel).ConfigureAwait(false))
        .Get<Dictionary<string, object>>();

    /// <summary>
    /// Asks for signals; when this completes, none is missed any more. The handler runs on the connection's thread and must not
    /// block; it is asked until the returned object is disposed or the connection ends.
    /// </summary>
    /// <exception cref="BusException">The bus refused the match.</exception>
    public async Task<IDisposable> Match(BusMatch match, Action<BusSignal> handler, CancellationToken cancel = default)
    {
        var entry = (match, handler);
        lock (_lock)
            _handlers.Add(entry);
        try
        {
            await Call(new(Bus, BusPath, Bus, "AddMatch", "s", match.Rule), null, cancel).ConfigureAwait(false);
            return new Subscription(this, entry);
        }
        catch
        {
            lock (_lock)
                _handlers.Remove(entry);
            throw;
        }
    }

    /// <summary>Ends the connection; calls that wait fail. Does not wait for it.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _stopping = true;
            Wake();
        }
    }

    private void Enqueue(Action work)
    {
        lock (_lock)
        {
            if (_over || _stopping)
                throw new BusException(BusException.IsDisconnected, "the connection to the bus is over");
            _work.Enqueue(work);
            Wake();
        }
    }

    // Under the lock, so that the descriptor is not closed meanwhile.
    private unsafe void Wake()
    {
        if (_over)
            return;

        ulong one = 1;
        // Fails only when it is already set as often as it can be.
        _ = NativeMethods.write(_wake, &one, sizeof(ulong));
    }

    private sealed class Subscription(BusConnection connection, (BusMatch Match, Action<BusSignal> Handler) entry) : IDisposable
    {
        public void Dispose()
        {
            lock (connection._lock)
            {
                if (!connection._handlers.Remove(entry))
                    return;
            }

            // The bus may go on sending when this fails: nobody listens then.
            _ = Forget();
        }

        private async Task Forget()
        {
            try
            {
                await connection.Call(new(Bus, BusPath, Bus, "RemoveMatch", "s", entry.Match.Rule)).ConfigureAwait(false);
            }
            catch (BusException)
            {
            }
        }
    }
}
