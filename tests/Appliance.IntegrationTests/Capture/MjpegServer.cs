using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Appliance.IntegrationTests.Capture;

/// <summary>An HTTP camera: multipart/x-mixed-replace with one JPEG per part, for as long as the client stays.</summary>
internal sealed class MjpegServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly byte[][] _pictures;
    private readonly string? _authorization;
    private readonly Task _running;

    public MjpegServer(byte[][] pictures, string? username = null, string? password = null)
    {
        _pictures = pictures;
        _authorization = username is null
            ? null
            : "Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"));
        _listener.Start();
        _running = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/video.mjpg";

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _running;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
                clients.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The last: somebody was accepted while the listener was being stopped.
            await Task.WhenAll(clients);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                var isAllowed = _authorization is null;
                while (await reader.ReadLineAsync(_stopping.Token) is { Length: > 0 } line)
                    isAllowed |= line == _authorization;
                if (!isAllowed)
                {
                    await stream.WriteAsync(
                        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"camera\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(),
                        _stopping.Token);
                    return;
                }

                await stream.WriteAsync(
                    "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\nConnection: close\r\n\r\n"u8.ToArray(),
                    _stopping.Token);
                using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
                for (var i = 0; ; i++)
                {
                    var picture = _pictures[i % _pictures.Length];
                    var head = $"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {picture.Length}\r\n\r\n";
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stopping.Token);
                    await stream.WriteAsync(picture, _stopping.Token);
                    await stream.WriteAsync("\r\n"u8.ToArray(), _stopping.Token);
                    await pace.WaitForNextTickAsync(_stopping.Token);
                }
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or SocketException)
            {
                // The client went away, or the test is over.
            }
        }
    }
}
