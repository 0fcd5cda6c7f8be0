using System.Net.Sockets;

namespace Appliance.Capture.Cameras;

/// <summary>Finds out why a network camera cannot be reached: GStreamer's RTSP client only says "Generic error".</summary>
internal static class HostProbe
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Tries to connect once.</summary>
    /// <returns>The reason in plain words; null when the host can be reached.</returns>
    public static string? Explain(string location)
    {
        if (!Uri.TryCreate(location, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return "the address is not understood: write rtsp://host:port/path";

        var port = uri.Port > 0 ? uri.Port : uri.Scheme switch { "rtsps" => 322, "https" => 443, "http" => 80, _ => 554 };
        try
        {
            using var client = new TcpClient();
            using var patience = new CancellationTokenSource(s_patience);
            client.ConnectAsync(uri.Host, port, patience.Token).AsTask().GetAwaiter().GetResult();
            return null;
        }
        catch (OperationCanceledException)
        {
            return $"{uri.Host} does not answer: check power, cable, address and firewall";
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode switch
            {
                SocketError.HostNotFound or SocketError.NoData => $"host name {uri.Host} not known: check the address or the DNS server",
                SocketError.TryAgain => $"host name {uri.Host} cannot be resolved now: check the DNS server",
                SocketError.ConnectionRefused =>
                    $"connection refused: {uri.Host} is up but nothing listens on port {port}; check the port and the camera's settings",
                SocketError.HostUnreachable => $"host unreachable: {uri.Host}; check cable, power and address",
                SocketError.NetworkUnreachable => "network unreachable: check the box's own network",
                SocketError.TimedOut => $"{uri.Host} does not answer: check power, cable, address and firewall",
                _ => $"cannot connect to {uri.Host}: {error.Message}",
            };
        }
    }
}
