using System.Runtime.InteropServices;

namespace Appliance.Native.Mosquitto;

/// <summary>
/// Many connections driven by one thread, for simulations: poll(2) over the sockets and the library's functions for loops of
/// others, without TLS. All members, and what is called back, run on the caller's thread. A connection that ends is connected again.
/// </summary>
public sealed unsafe class MosquittoSwarm : IDisposable
{
    private const short PollIn = 1;
    private const short PollOut = 4;
    private const int NoConnection = 4;

    // Keep-alive is the library's business, which wants to be asked about once a second.
    private static readonly TimeSpan s_miscEvery = TimeSpan.FromSeconds(1);

    [ThreadStatic]
    private static MosquittoSwarm? s_current;

    private readonly List<MosquittoHandle> _clients = [];
    private PollDescriptor[] _descriptors = [];
    private bool _leaving;
    private long _miscAt = Environment.TickCount64;

    /// <summary>A client's CONNACK: client, reason code (0 = accepted).</summary>
    public event Action<int, int>? Connected;

    /// <summary>A client's PUBACK: client, message id, reason code.</summary>
    public event Action<int, int, int>? Published;

    /// <summary>Connections that ended and were made again.</summary>
    public long Reconnects { get; private set; }

    public int Count => _clients.Count;

    /// <summary>Connects one more client; returns its number. The answer comes with <see cref="Connected"/>.</summary>
    /// <exception cref="MosquittoException">The library is missing, or nobody listens.</exception>
    public int Add(MosquittoOptions options)
    {
        if (MosquittoLibrary.WhyNot is { } whyNot)
            throw new MosquittoException(MosquittoFault.Setup, whyNot);
        if (options.Tls is not null)
            throw new MosquittoException(MosquittoFault.Setup, "many connections on one thread are made without TLS");

        var number = _clients.Count;
        var handle = NativeMethods.mosquitto_new(options.ClientId, options.CleanStart, number);
        if (handle.IsInvalid)
            throw new MosquittoException(MosquittoFault.Setup, $"client id '{options.ClientId}' is not usable");

        _clients.Add(handle);
        NativeMethods.mosquitto_connect_v5_callback_set(handle, &OnConnect);
        NativeMethods.mosquitto_publish_v5_callback_set(handle, &OnPublish);
        MosquittoException.ThrowIfFailed(
            NativeMethods.mosquitto_int_option(handle, Constants.OptionProtocolVersion, Constants.ProtocolV5), "protocol");
        MosquittoException.ThrowIfFailed(NativeMethods.mosquitto_int_option(handle, Constants.OptionTcpNoDelay, 1), "no delay");
        if (options.Username is not null)
            MosquittoException.ThrowIfFailed(NativeMethods.mosquitto_username_pw_set(handle, options.Username, options.Password), "user name");
        if (options.Will is { } will)
        {
            MosquittoException.ThrowIfFailed(
                NativeMethods.mosquitto_will_set_v5(handle, will.Topic, will.Payload.Length, will.Payload.Span, will.Qos, will.Retain, 0), "will");
        }

        s_current = this;
        var result = NativeMethods.mosquitto_connect_bind_v5(
            handle, options.Host, options.Port, (int)options.KeepAlive.TotalSeconds, null, 0);
        if (result != 0)
            throw new MosquittoException(MosquittoFault.Network, $"client {number + 1}: {MosquittoLibrary.Describe(result)}");
        return number;
    }

    /// <summary>Sends for one client; false: it has no connection right now.</summary>
    public bool Publish(int client, in MosquittoPublish message)
    {
        s_current = this;
        var properties = new PropertyList();
        try
        {
            MosquittoClient.AddPublishProperties(ref properties, message);
            return NativeMethods.mosquitto_publish_v5(
                _clients[client], out _, message.Topic, message.Payload.Length, message.Payload.Span, message.Qos, message.Retain, properties.Head) == 0;
        }
        finally
        {
            properties.Dispose();
        }
    }

    /// <summary>Says farewell for all; no connection is made again afterwards.</summary>
    public void Disconnect()
    {
        s_current = this;
        _leaving = true;
        foreach (var client in _clients)
            _ = NativeMethods.mosquitto_disconnect_v5(client, 0, 0);
    }

    /// <summary>Waits up to <paramref name="milliseconds"/> for any socket and serves all that are ready.</summary>
    public void Poll(int milliseconds)
    {
        s_current = this;
        if (_descriptors.Length != _clients.Count)
            _descriptors = new PollDescriptor[_clients.Count];
        for (var i = 0; i < _clients.Count; i++)
        {
            var wanted = NativeMethods.mosquitto_want_write(_clients[i]) ? PollIn | PollOut : PollIn;
            _descriptors[i] = new() { Descriptor = NativeMethods.mosquitto_socket(_clients[i]), Wanted = (short)wanted };
        }

        if (NativeMethods.poll(_descriptors, (nuint)_descriptors.Length, milliseconds) > 0)
        {
            for (var i = 0; i < _descriptors.Length; i++)
                Serve(i, _descriptors[i].Ready);
        }

        if (Environment.TickCount64 - _miscAt < s_miscEvery.TotalMilliseconds)
            return;

        _miscAt = Environment.TickCount64;
        for (var i = 0; i < _clients.Count; i++)
            Recover(i, NativeMethods.mosquitto_loop_misc(_clients[i]));
    }

    public void Dispose()
    {
        s_current = this;
        foreach (var client in _clients)
            client.Dispose();
        s_current = null;
    }

    private void Serve(int client, short ready)
    {
        if (ready == 0)
            return;

        var result = 0;
        if ((ready & ~PollOut) != 0)
            result = NativeMethods.mosquitto_loop_read(_clients[client], 1);
        if (result == 0 && (ready & PollOut) != 0)
            result = NativeMethods.mosquitto_loop_write(_clients[client], 1);
        Recover(client, result);
    }

    private void Recover(int client, int result)
    {
        if (_leaving || result == 0 || (result == NoConnection && NativeMethods.mosquitto_socket(_clients[client]) >= 0))
            return;

        // Unacknowledged messages are kept by the library and sent again. What fails now is tried with the next round.
        if (NativeMethods.mosquitto_reconnect(_clients[client]) == 0)
            Reconnects++;
    }

    [UnmanagedCallersOnly]
    private static void OnConnect(nint client, nint number, int reasonCode, int flags, nint properties)
    {
        try
        {
            s_current?.Connected?.Invoke((int)number, reasonCode);
        }
        catch
        {
            // An exception would tear down the process.
        }
    }

    [UnmanagedCallersOnly]
    private static void OnPublish(nint client, nint number, int messageId, int reasonCode, nint properties)
    {
        try
        {
            s_current?.Published?.Invoke((int)number, messageId, reasonCode);
        }
        catch
        {
        }
    }
}
