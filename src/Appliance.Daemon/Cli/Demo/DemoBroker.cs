using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Appliance.Daemon.Cli.Demo;

/// <summary>A real mosquitto on a free loopback port, with an empty store of its own.</summary>
internal sealed class DemoBroker : IAsyncDisposable
{
    private const int LowestPort = 15_000;
    private const int FewestPorts = 1000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static int s_lastPort = Random.Shared.Next();

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

    /// <summary>
    /// A port of loopback that nobody listens on. It lies below those that the kernel gives to connections and to listeners without a
    /// wish, so it is still free when it is needed, and again after its listener was killed; it is given out once.
    /// </summary>
    public static int FreePort()
    {
        var end = FirstGivenByTheKernel();
        for (var attempt = 0; end >= LowestPort + FewestPorts && attempt < FewestPorts; attempt++)
        {
            var port = LowestPort + (int)((uint)Interlocked.Increment(ref s_lastPort) % (uint)(end - LowestPort));
            try
            {
                return Listen(port);
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }

        return Listen(0);
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

    private static int Listen(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static int FirstGivenByTheKernel()
    {
        try
        {
            return int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t', ' ')[0], CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }

    // Debian puts the broker where only root's PATH looks.
    internal static string FindMosquitto() => File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";
}
