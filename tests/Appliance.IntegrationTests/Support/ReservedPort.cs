using System.Net;
using System.Net.Sockets;

namespace Appliance.IntegrationTests.Support;

/// <summary>
/// A port of 127.0.0.1 that nobody else is given, whether a server of ours listens there at the moment or not: connections are refused
/// while none does. Servers that allow the reuse of addresses, as those of libuv, asyncio, .NET and mosquitto do, may listen on it.
/// </summary>
public sealed class ReservedPort : IDisposable
{
    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;

    // Bound and never listening: the kernel gives its port to those only who ask for it by number and allow reuse as well.
    private readonly Socket _holder = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public ReservedPort()
    {
        _holder.SetRawSocketOption(SocketLevel, ReuseAddress, BitConverter.GetBytes(1));
        _holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Number = ((IPEndPoint)_holder.LocalEndPoint!).Port;
    }

    public int Number { get; }

    public void Dispose() => _holder.Dispose();
}
