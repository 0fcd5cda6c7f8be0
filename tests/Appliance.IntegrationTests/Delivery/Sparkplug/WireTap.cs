using System.Net;
using System.Net.Sockets;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>Everything that went over the taps of one scenario, in order, and who waits for what.</summary>
internal sealed class Recording
{
    private readonly Lock _lock = new();
    private readonly List<WirePacket> _packets = [];
    private readonly List<(Socket Node, TaskCompletionSource Closed)> _open = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;

    public Recording()
    {
    }

    private Recording(IEnumerable<WirePacket> packets) => _packets = [.. packets];

    public IReadOnlyList<WirePacket> Packets
    {
        get
        {
            lock (_lock)
                return [.. _packets];
        }
    }

    /// <summary>What the scenario did, and what must therefore be found after that place.</summary>
    public List<Expectation> Expected { get; private init; } = [];

    /// <summary>The primary host that the node was configured with; null: none.</summary>
    public string? PrimaryHost { get; init; }

    public int Count
    {
        get
        {
            lock (_lock)
                return _packets.Count;
        }
    }

    /// <summary>A recording in which something is different.</summary>
    public Recording Changed(Func<IReadOnlyList<WirePacket>, IEnumerable<WirePacket>> change) =>
        new(change(Packets)) { Expected = Expected, PrimaryHost = PrimaryHost };

    /// <summary>Waits until the end of each connection that the node has closed before this one is written down.</summary>
    public async Task Begin(Socket node)
    {
        Task[] ending;
        lock (_lock)
        {
            // The kernel had their end before it had this beginning; which of the two is worked on first is chance.
            ending = [.. _open.Where(one => HasEnded(one.Node)).Select(one => one.Closed.Task)];
            _open.Add((node, new(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        await Task.WhenAll(ending);
    }

    public int NextConnection()
    {
        lock (_lock)
            return _connections++;
    }

    /// <summary>The end of what <see cref="Begin"/> began is written down, or there was nothing to write.</summary>
    public void End(Socket node)
    {
        lock (_lock)
        {
            var at = _open.FindIndex(one => one.Node == node);
            _open[at].Closed.TrySetResult();
            _open.RemoveAt(at);
        }
    }

    public void Add(WirePacket packet)
    {
        lock (_lock)
        {
            _packets.Add(packet);
            _more.TrySetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Expect(string what, string? device, string metric = "", object? value = null) =>
        Expected.Add(new(Count, DateTimeOffset.UtcNow, what, device, metric, value));

    /// <summary>The first packet from <paramref name="from"/> on that fits; waits for it. Returns the place after it.</summary>
    public async Task<int> WaitFor(Func<WirePacket, bool> fits, int from, string what)
    {
        using var patience = new CancellationTokenSource(NodeUnderTest.Patience);
        for (var next = from; ;)
        {
            Task more;
            lock (_lock)
            {
                for (; next < _packets.Count; next++)
                {
                    if (fits(_packets[next]))
                        return next + 1;
                }

                more = _more.Task;
            }

            try
            {
                await more.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"waited in vain for {what}; the last packets: {string.Join(", ", Packets.TakeLast(12).Select(p => $"{p.Connection}{(p.FromNode ? '>' : '<')}{p.Kind} {p.Topic}"))}");
            }
        }
    }

    private static bool HasEnded(Socket socket)
    {
        const int Tcp = 6, Info = 11, Established = 1;
        try
        {
            // The first byte of TCP_INFO is the connection's state.
            Span<byte> state = stackalloc byte[1];
            socket.GetRawSocketOption(Tcp, Info, state);
            return state[0] != Established;
        }
        catch (Exception error) when (error is ObjectDisposedException or SocketException)
        {
            return true;
        }
    }
}

/// <summary>Something the scenario did before a place in the recording, or when; what it is judged by depends on the word.</summary>
internal sealed record Expectation(int After, DateTimeOffset At, string What, string? Device, string Metric, object? Value);

/// <summary>
/// A proxy between node and broker that writes down each control packet in both directions. What a subscriber cannot see is here: the
/// Will, session flags, QoS of subscriptions, retain flags as sent, farewells and their reason.
/// </summary>
internal sealed class WireTap : IAsyncDisposable
{
    private readonly ReservedPort _port = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Recording _recording;
    private readonly int _server;
    private readonly Func<int> _brokerPort;
    private readonly List<TcpClient> _open = [];
    private readonly List<Task> _serving = [];
    private TcpListener _listener;
    private Task _accepting;

    public WireTap(Recording recording, int server, Func<int> brokerPort)
    {
        (_recording, _server, _brokerPort) = (recording, server, brokerPort);
        _listener = new(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = Accept(_listener);
    }

    public int Port => _port.Number;

    /// <summary>Breaks what is open and refuses connections until <see cref="Restore"/>.</summary>
    public async Task Cut()
    {
        _listener.Stop();
        Break();
        await _accepting;
    }

    public void Restore()
    {
        _listener = new(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = Accept(_listener);
    }

    /// <summary>Breaks what is open, as a cable that is pulled.</summary>
    public void Break()
    {
        lock (_open)
        {
            foreach (var client in _open)
                client.Client?.Close(0);
            _open.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        Break();
        await _accepting;
        await Task.WhenAll(_serving);
        _stopping.Dispose();
        _port.Dispose();
    }

    private async Task Accept(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(_stopping.Token);
                _serving.Add(Serve(client));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task Serve(TcpClient node)
    {
        using var broker = new TcpClient { NoDelay = true };
        var socket = node.Client;
        await _recording.Begin(socket);
        try
        {
            node.NoDelay = true;
            await broker.ConnectAsync(IPAddress.Loopback, _brokerPort());
            lock (_open)
            {
                _open.Add(node);
                _open.Add(broker);
            }

            var connection = _recording.NextConnection();
            var level = new Level();
            var up = Pump(node, broker, connection, true, level);
            var down = Pump(broker, node, connection, false, level);
            await up;
            _recording.Add(new(connection, _server, true, PacketKind.Closed, DateTimeOffset.UtcNow));
            broker.Close();
            await down;
        }
        catch (SocketException)
        {
            // The broker is away.
        }
        finally
        {
            _recording.End(socket);
            node.Dispose();
        }
    }

    private async Task Pump(TcpClient from, TcpClient to, int connection, bool fromNode, Level level)
    {
        try
        {
            var source = from.GetStream();
            var target = to.GetStream();
            while (true)
            {
                var packet = await ReadPacket(source);
                if (packet is null)
                    break;

                var (bytes, header, body) = packet.Value;
                var like = new WirePacket(connection, _server, fromNode, default, DateTimeOffset.UtcNow);
                // Written down first: an answer must not come before its question.
                if (WirePacket.Read(like, header, body, ref level.Value) is { } read)
                    _recording.Add(read);
                await target.WriteAsync(bytes);
            }

            // Null when the other direction ended first and closed it.
            to.Client?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            to.Close();
        }
    }

    private static async Task<(byte[] Bytes, byte Header, ReadOnlyMemory<byte> Body)?> ReadPacket(NetworkStream source)
    {
        var start = new byte[5];
        if (await source.ReadAtLeastAsync(start.AsMemory(0, 1), 1, throwOnEndOfStream: false) == 0)
            return null;

        int length = 0, used = 1;
        do
        {
            await source.ReadExactlyAsync(start.AsMemory(used, 1));
            length |= (start[used] & 0x7F) << 7 * (used - 1);
        }
        while ((start[used++] & 0x80) != 0);

        var bytes = new byte[used + length];
        start.AsSpan(0, used).CopyTo(bytes);
        await source.ReadExactlyAsync(bytes.AsMemory(used));
        return (bytes, start[0], bytes.AsMemory(used));
    }

    private sealed class Level
    {
        public int Value;
    }
}
