using System.Net;
using System.Net.Sockets;

namespace Appliance.Daemon.Cli.Demo;

/// <summary>A real mosquitto on a free loopback port, with an empty store of its own.</summary>
internal sealed class DemoBroker : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private readonly ChildProcess _process;

    private DemoBroker(ChildProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static async Task<DemoBroker> StartAsync(string folder)
    {
        var port = FreePort();
        var configuration = Path.Combine(folder, "mosquitto.conf");
        await File.WriteAllTextAsync(configuration, $"""
            listener {port} 127.0.0.1
            allow_anonymous true
            persistence false
            log_dest stderr
            log_type all
            """);
        var process = ChildProcess.Start("mosquitto", FindMosquitto(), ["-c", configuration]);
        await process.WaitForLineOrEnd("mosquitto version .* running", s_patience);
        return new(process, port);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Returns when somebody listens there.</summary>
    public static async Task WaitForPort(int port, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_patience);
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port, patience.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, patience.Token);
            }
        }
    }

    // Debian puts the broker where only root's PATH looks.
    internal static string FindMosquitto() => File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
}
