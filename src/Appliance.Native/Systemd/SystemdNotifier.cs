using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Appliance.Native.Systemd;

/// <summary>
/// Tells the service manager how the service does: sd_notify(3) as the datagram that it is, so libsystemd is not needed.
/// Does nothing outside of systemd. Never throws and never blocks for long: the supervisor must not be able to break the supervised.
/// </summary>
public sealed class SystemdNotifier : IDisposable
{
    private readonly Socket? _socket;
    private readonly EndPoint? _address;

    private SystemdNotifier(string? socket, TimeSpan? watchdog)
    {
        if (Parse(socket) is not { } path)
            return;

        // Sent to an address and not connected: systemd may replace the socket behind the name (daemon-reexec).
        _address = new UnixDomainSocketEndPoint(path);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        WatchdogInterval = watchdog;
    }

    /// <summary>Whether a service manager listens.</summary>
    public bool IsActive => _socket is not null;

    /// <summary><c>WatchdogSec=</c> of the unit; call <see cref="Watchdog"/> at least twice as often. Null: no watchdog.</summary>
    public TimeSpan? WatchdogInterval { get; }

    /// <summary>Reads <c>NOTIFY_SOCKET</c>, <c>WATCHDOG_USEC</c> and <c>WATCHDOG_PID</c> of this process.</summary>
    public static SystemdNotifier FromEnvironment() => From(Environment.GetEnvironmentVariable, Environment.ProcessId);

    /// <summary>As <see cref="FromEnvironment"/>, of another environment.</summary>
    public static SystemdNotifier From(Func<string, string?> environment, int processId)
    {
        // A watchdog that is meant for another process of the unit is not ours to feed.
        var ours = environment("WATCHDOG_PID") is not { Length: > 0 } pid
            || pid == processId.ToString(CultureInfo.InvariantCulture);
        TimeSpan? watchdog = ours && long.TryParse(
            environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var micros) && micros > 0
                ? TimeSpan.FromMicroseconds(micros)
                : null;
        return new(environment("NOTIFY_SOCKET"), watchdog);
    }

    /// <summary>Start-up is complete (<c>Type=notify</c>).</summary>
    public bool Ready(string status) => Send($"READY=1\nSTATUS={OneLine(status)}");

    /// <summary>Shutdown has begun.</summary>
    public bool Stopping(string status) => Send($"STOPPING=1\nSTATUS={OneLine(status)}");

    /// <summary>One line for <c>systemctl status</c>.</summary>
    public bool Status(string status) => Send($"STATUS={OneLine(status)}");

    /// <summary>The service makes progress. To be called only from what really makes progress.</summary>
    public bool Watchdog() => Send("WATCHDOG=1");

    /// <summary>Asks for more time to start or stop.</summary>
    public bool ExtendTimeout(TimeSpan by) =>
        Send(string.Create(CultureInfo.InvariantCulture, $"EXTEND_TIMEOUT_USEC={(long)by.TotalMicroseconds}"));

    public void Dispose() => _socket?.Dispose();

    private static string? Parse(string? socket) => socket switch
    {
        ['/', _, ..] => socket,
        // "@name" is an abstract socket: its first byte is zero.
        ['@', _, ..] => "\0" + socket[1..],
        _ => null,
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    private bool Send(string message)
    {
        if (_socket is null)
            return false;

        try
        {
            return _socket.SendTo(Encoding.UTF8.GetBytes(message), SocketFlags.None, _address!) > 0;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
