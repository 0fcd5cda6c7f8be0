using System.Net.Sockets;
using System.Text;

namespace Appliance.IntegrationTests.EndToEnd.Support;

/// <summary>The other end of sd_notify(3): what systemd would hear.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly byte[] _buffer = new byte[4096];

    public NotifySocket(string path)
    {
        Path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
    }

    public string Path { get; }

    /// <summary>Everything heard, each message in order.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>Listens until a message holds this line.</summary>
    public async Task Until(string line)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            var length = await _socket.ReceiveAsync(_buffer, SocketFlags.None, patience.Token);
            Heard.Add(Encoding.UTF8.GetString(_buffer, 0, length));
            if (Heard[^1].Split('\n').Contains(line))
                return;
        }
    }

    public void Dispose() => _socket.Dispose();
}
