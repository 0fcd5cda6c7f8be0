using System.Diagnostics;
using System.Text;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.Native.DBus;

namespace Appliance.IntegrationTests.Support;

/// <summary>
/// A real dbus-daemon of the test's own, and services that python3-dbusmock plays on it. Everything is ended by its process id.
/// </summary>
public sealed class PrivateBus : IAsyncDisposable
{
    private const string Daemon = "/usr/bin/dbus-daemon";
    private const string Mock = "/usr/lib/python3/dist-packages/dbusmock/__init__.py";

    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _processes = [];
    private readonly StringBuilder _log = new();

    /// <summary>Why no bus can be started here; null when one can.</summary>
    public static string? WhyNot =>
        !File.Exists(Daemon) ? $"needs {Daemon} (apt install dbus)"
        : !File.Exists(Mock) ? "needs python3-dbusmock (apt install python3-dbusmock)"
        : null;

    /// <summary>Where it listens; what the box's <c>Platform.BusAddress</c> is set to.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The test's own connection.</summary>
    public BusConnection Connection { get; private set; } = null!;

    /// <summary>What the services wrote: every call with its arguments.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    public static async Task<PrivateBus> Start()
    {
        var bus = new PrivateBus();
        try
        {
            var configuration = Path.Combine(bus._folder.Path, "bus.conf");
            await File.WriteAllTextAsync(configuration, $"""
                <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
                  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
                <busconfig>
                  <type>session</type>
                  <listen>unix:path={bus._folder.Path}/bus</listen>
                  <policy context="default">
                    <allow send_destination="*" eavesdrop="true"/>
                    <allow eavesdrop="true"/>
                    <allow own="*"/>
                  </policy>
                </busconfig>
                """);
            var daemon = bus.Run(Daemon, ["--config-file", configuration, "--nofork", "--nopidfile", "--print-address=1"]);
            bus.Address = await daemon.StandardOutput.ReadLineAsync().WaitAsync(Patience.Long)
                ?? throw new InvalidOperationException("dbus-daemon ended: " + bus.Log);
            bus.Connection = await BusConnection.Connect(bus.Address);
            return bus;
        }
        catch
        {
            await bus.DisposeAsync();
            throw;
        }
    }

    /// <summary>Plays a service by a template (of python3-dbusmock, or a file) until the bus ends; it answers when this returns.</summary>
    public Task<Process> Play(string template, string service, string parameters = "{}") =>
        Serve(service, "/usr/bin/python3", ["-u", "-m", "dbusmock", "--system", "--template", template, "--parameters", parameters]);

    /// <summary>Starts a program that serves a bus name; it answers when this returns.</summary>
    public async Task<Process> Serve(string service, string program, string[] arguments)
    {
        var there = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var owners = await Connection.Match(
            new("org.freedesktop.DBus", "org.freedesktop.DBus", "NameOwnerChanged"),
            signal =>
            {
                if ((string)signal.Values[0] == service && (string)signal.Values[2] != "")
                    there.TrySetResult();
            });
        var process = Run(program, arguments);
        _ = Read(process.StandardOutput);
        var ended = process.WaitForExitAsync();
        if (await Task.WhenAny(there.Task, ended).WaitAsync(Patience.Long) == ended)
            throw new InvalidOperationException($"{service} ended: {Log}");

        // The name is there before the template is loaded; one thread serves both, so this answer comes after it.
        await Connection.Call(new(service, "/", "org.freedesktop.DBus.Peer", "Ping"));
        return process;
    }

    /// <summary>Sets a property of a played service, with its signal.</summary>
    public Task Set(string service, string path, string @interface, string name, BusVariant value) => Connection.Call(new(
        service, path, "org.freedesktop.DBus.Mock", "UpdateProperties", "sa{sv}", @interface, new Dictionary<string, BusVariant> { [name] = value }));

    /// <summary>Arguments of the calls of a method so far, see dbusmock's GetMethodCalls.</summary>
    public async Task<IReadOnlyList<object[]>> CallsOf(string service, string path, string method)
    {
        var reply = await Connection.Call(new(service, path, "org.freedesktop.DBus.Mock", "GetMethodCalls", "s", method));
        return [.. reply.Get<object[]>().Select(call => (object[])((object[])call)[1])];
    }

    public async ValueTask DisposeAsync()
    {
        Connection?.Dispose();
        // The daemon first: its end is one for all.
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _folder.Dispose();
    }

    private Process Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DBUS_SYSTEM_BUS_ADDRESS"] = Address;
        var process = Process.Start(start)!;
        _processes.Add(process);
        _ = Read(process.StandardError);
        return process;
    }

    private async Task Read(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (_log)
                _log.AppendLine(line);
        }
    }
}

/// <summary>A test that needs a D-Bus daemon of its own.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BusFactAttribute : FactAttribute
{
    public BusFactAttribute() => Skip = PrivateBus.WhyNot;
}
