using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Appliance.Native.Mosquitto;

/// <summary>
/// One connection to an MQTT broker, from CONNECT to its end; whoever wants another connects again.
/// A thread of its own runs the library's loop and is the only one that ends and frees the connection, so nothing here waits for
/// the network: a connect that hangs in the kernel is left to that thread. Publishing is safe from any thread.
/// </summary>
public sealed partial class MosquittoClient : IDisposable
{
    // How long the loop sleeps before it looks whether the connection was given up; packets wake it.
    private const int ConnectingWaitMs = 100;
    private const int ConnectedWaitMs = 250;

    private readonly MosquittoHandle _handle;
    private readonly MosquittoOptions _options;
    private readonly TaskCompletionSource<bool> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<MosquittoException?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Message ids have 16 bits, so no more answers than this can be outstanding and TryWrite cannot fail.
    private readonly Channel<MosquittoAck> _acks = Channel.CreateBounded<MosquittoAck>(ushort.MaxValue + 1);
    private readonly Channel<MosquittoMessage> _messages;

    private volatile bool _stopping;
    private volatile bool _disposed;
    private volatile bool _connectSent;
    private volatile bool _untaken;
    private volatile string? _lastError;
    private volatile MosquittoException? _reason;
    private long _droppedMessages;

    private MosquittoClient(MosquittoHandle handle, MosquittoOptions options)
    {
        _handle = handle;
        _options = options;
        _messages = Channel.CreateBounded<MosquittoMessage>(
            new BoundedChannelOptions(options.ReceiveBuffer) { FullMode = BoundedChannelFullMode.DropOldest },
            _ => Interlocked.Increment(ref _droppedMessages));
    }

    /// <summary>
    /// Completes at CONNACK with whether the broker still had our session; fails with the <see cref="MosquittoException"/> that
    /// also ends the connection.
    /// </summary>
    public Task<bool> Connected => _connected.Task;

    /// <summary>Completes when the connection is over: with the fault, or null after <see cref="Disconnect"/> or disposal. Never fails.</summary>
    public Task<MosquittoException?> Ended => _ended.Task;

    /// <summary>The broker's answers to publishes and subscriptions, completed when the connection ends.</summary>
    public ChannelReader<MosquittoAck> Acks => _acks.Reader;

    /// <summary>Messages received, completed when the connection ends.</summary>
    public ChannelReader<MosquittoMessage> Messages => _messages.Reader;

    /// <summary>Whether a CONNECT packet may have gone out; false once <see cref="Ended"/>: no broker ever heard of this attempt.</summary>
    public bool ConnectSent => _connectSent;

    /// <summary>Messages lost because nobody read <see cref="Messages"/>.</summary>
    public long DroppedMessages => Interlocked.Read(ref _droppedMessages);

    /// <summary>Begins to connect and returns at once.</summary>
    /// <exception cref="MosquittoException">The library is missing, or a setting or file is unusable.</exception>
    public static MosquittoClient Connect(MosquittoOptions options)
    {
        if (MosquittoLibrary.WhyNot is { } whyNot)
            throw new MosquittoException(MosquittoFault.Setup, whyNot);

        var handle = NativeMethods.mosquitto_new(options.ClientId, options.CleanStart, 0);
        if (handle.IsInvalid)
            throw new MosquittoException(MosquittoFault.Setup, $"client id '{options.ClientId}' is not usable");

        try
        {
            var client = new MosquittoClient(handle, options);
            client.Configure();
            var thread = new Thread(client.Run) { IsBackground = true, Name = "mqtt " + options.ClientId };
            thread.Start();
            return client;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Sends, or queues behind <see cref="MosquittoOptions.MaxInFlight"/>. Returns the id that <see cref="Acks"/> will name.</summary>
    /// <exception cref="MosquittoException">The connection is over, or topic, payload or property is not acceptable.</exception>
    public int Publish(in MosquittoPublish message)
    {
        var properties = new PropertyList();
        try
        {
            AddPublishProperties(ref properties, message);
            var result = NativeMethods.mosquitto_publish_v5(
                _handle, out var messageId, message.Topic, message.Payload.Length, message.Payload.Span, message.Qos,
                message.Retain, properties.Head);
            ThrowIfSendFailed(result, $"publish to {message.Topic}");
            return messageId;
        }
        catch (ObjectDisposedException)
        {
            throw new MosquittoException(MosquittoFault.Network, "the connection is over");
        }
        finally
        {
            properties.Dispose();
        }
    }

    /// <summary>Subscribes; <see cref="Acks"/> brings the answer under the returned id.</summary>
    /// <exception cref="MosquittoException">The connection is over, or the filter is not acceptable.</exception>
    public int Subscribe(string filter, int qos)
    {
        try
        {
            ThrowIfSendFailed(
                NativeMethods.mosquitto_subscribe_v5(_handle, out var messageId, filter, qos, 0, 0), $"subscribe to {filter}");
            return messageId;
        }
        catch (ObjectDisposedException)
        {
            throw new MosquittoException(MosquittoFault.Network, "the connection is over");
        }
    }

    /// <summary>
    /// Says farewell, so that the Will is not published, unless MQTT 5 and <paramref name="withWill"/> ask for it;
    /// <see cref="Ended"/> follows.
    /// </summary>
    public void Disconnect(bool withWill = false)
    {
        _stopping = true;
        try
        {
            // Fails when there is no connection, which is what was wanted.
            _ = NativeMethods.mosquitto_disconnect_v5(_handle, withWill ? Constants.DisconnectWithWill : 0, 0);
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Ends the connection without a farewell unless <see cref="Disconnect"/> came before; does not wait for it.</summary>
    public void Dispose()
    {
        _stopping = true;
        _disposed = true;
    }

    internal static void AddPublishProperties(ref PropertyList properties, in MosquittoPublish message)
    {
        if (message.ContentType is { } contentType)
        {
            properties.AddByte(Constants.PropertyPayloadFormat, 1);
            properties.AddString(Constants.PropertyContentType, contentType);
        }

        if (message.UserProperties is not { } pairs)
            return;

        for (var i = 0; i < pairs.Count; i++)
            properties.AddUser(pairs[i].Key, pairs[i].Value);
    }

    private static void ThrowIfSendFailed(int result, string operation)
    {
        if (result == 0)
            return;

        // 4 = no connection, 7 = connection lost: the rest says that the message itself is not acceptable.
        var fault = result is 4 or 7 ? MosquittoFault.Network : MosquittoFault.Setup;
        throw new MosquittoException(fault, $"{operation}: {MosquittoLibrary.Describe(result)}");
    }

    private void Configure()
    {
        _handle.UserData = GCHandle.Alloc(this);
        SetCallbacks(GCHandle.ToIntPtr(_handle.UserData));
        SetOption(
            Constants.OptionProtocolVersion,
            _options.Protocol == MosquittoProtocol.V5 ? Constants.ProtocolV5 : Constants.ProtocolV311);
        SetOption(Constants.OptionSendMaximum, _options.MaxInFlight);
        SetOption(Constants.OptionTcpNoDelay, 1);
        // The loop is ours, publishing is anyone's: makes sends queue and wake the loop instead of writing in place.
        MosquittoException.ThrowIfFailed(NativeMethods.mosquitto_threaded_set(_handle, true), "threads");

        if (_options.Username is not null)
        {
            MosquittoException.ThrowIfFailed(
                NativeMethods.mosquitto_username_pw_set(_handle, _options.Username, _options.Password), "user name");
        }

        if (_options.Tls is { } tls)
            Configure(tls);
        if (_options.Will is { } will)
            Configure(will);
    }

    private void Configure(in MosquittoPublish will)
    {
        var properties = new PropertyList();
        try
        {
            AddPublishProperties(ref properties, will);
            MosquittoException.ThrowIfFailed(
                NativeMethods.mosquitto_will_set_v5(
                    _handle, will.Topic, will.Payload.Length, will.Payload.Span, will.Qos, will.Retain, properties.Head),
                "will");
            properties.Release();
        }
        finally
        {
            properties.Dispose();
        }
    }

    private void SetOption(int option, int value) =>
        MosquittoException.ThrowIfFailed(NativeMethods.mosquitto_int_option(_handle, option, value), $"option {option}");

    /// <summary>The connection's thread: connects, loops, ends, frees.</summary>
    private void Run()
    {
        try
        {
            var result = OpenConnection(out var errno);
            _connectSent = result == 0;
            while (result == 0 && !_disposed)
                result = Loop(out errno);

            if (!_stopping)
                _reason ??= Explain(result, errno);
        }
        catch (Exception error)
        {
            _reason ??= new(MosquittoFault.Setup, error.Message);
        }
        finally
        {
            _handle.Dispose();
            Finish();
        }
    }

    private int OpenConnection(out int errno)
    {
        var properties = new PropertyList();
        try
        {
            if (_options.SessionExpiry > TimeSpan.Zero)
                properties.AddInt32(Constants.PropertySessionExpiry, (uint)_options.SessionExpiry.TotalSeconds);
            var result = NativeMethods.mosquitto_connect_bind_v5(
                _handle, _options.Host, _options.Port, (int)_options.KeepAlive.TotalSeconds, null, properties.Head);
            errno = Marshal.GetLastPInvokeError();
            return result;
        }
        finally
        {
            properties.Dispose();
        }
    }

    private int Loop(out int errno)
    {
        var wait = _connected.Task.IsCompleted ? ConnectedWaitMs : ConnectingWaitMs;
        var result = NativeMethods.mosquitto_loop(_handle, wait, 1);
        errno = Marshal.GetLastPInvokeError();
        return result;
    }

    private MosquittoException Explain(int result, int errno)
    {
        var tls = _options.Tls is not null && (result is 8 or 23 || _lastError?.Contains("OpenSSL", StringComparison.Ordinal) == true);
        var text = result == 14 ? Marshal.GetPInvokeErrorMessage(errno) : MosquittoLibrary.Describe(result).TrimEnd('.');
        // With TLS 1.3 a broker misses the client's certificate only after the client holds the handshake for done, and hangs up: whether
        // its reason is read before the end of the connection is chance.
        if (!tls && _connectSent && !_connected.Task.IsCompleted && (result is 7 or 14) && _options.Tls is { CertFile: null })
            return new(MosquittoFault.Tls, $"{text}, before the broker answered; perhaps it wants a client certificate, and none is configured");
        return tls
            ? new(MosquittoFault.Tls, _lastError is { } detail ? $"{text} ({detail})" : text)
            : new(MosquittoFault.Network, text);
    }

    private void Finish()
    {
        _acks.Writer.TryComplete();
        _messages.Writer.TryComplete();
        _connected.TrySetException(_reason ?? new MosquittoException(MosquittoFault.Network, "given up before it was connected"));
        // Nobody may be waiting for it.
        _ = _connected.Task.Exception;
        _ended.TrySetResult(_reason);
    }
}
