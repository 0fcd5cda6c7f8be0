using System.Runtime.InteropServices;

namespace Appliance.Native.Mosquitto;

/// <summary>
/// What the library calls, on the connection's thread (the log also on a publisher's). Nothing here waits or throws: an
/// exception would tear down the process, a wait would stop the loop.
/// </summary>
public sealed unsafe partial class MosquittoClient
{
    private void SetCallbacks(nint self)
    {
        NativeMethods.mosquitto_user_data_set(_handle, self);
        NativeMethods.mosquitto_connect_v5_callback_set(_handle, &OnConnect);
        NativeMethods.mosquitto_disconnect_v5_callback_set(_handle, &OnDisconnect);
        NativeMethods.mosquitto_publish_v5_callback_set(_handle, &OnPublish);
        NativeMethods.mosquitto_subscribe_v5_callback_set(_handle, &OnSubscribe);
        NativeMethods.mosquitto_message_v5_callback_set(_handle, &OnMessage);
        NativeMethods.mosquitto_log_callback_set(_handle, &OnLog);
    }

    private void Configure(MosquittoTls tls)
    {
        if (tls.CaFile is null)
            SetOption(Constants.OptionTlsUseOsCerts, 1);
        foreach (var file in (ReadOnlySpan<string?>)[tls.CaFile, tls.CertFile, tls.KeyFile])
        {
            // The library would only say "invalid argument".
            if (file is not null && !File.Exists(file))
                throw new MosquittoException(MosquittoFault.Setup, $"{file} does not exist or may not be read");
        }

        MosquittoException.ThrowIfFailed(
            NativeMethods.mosquitto_tls_set(_handle, tls.CaFile, null, tls.CertFile, tls.KeyFile, &OnPassword), "TLS files");
    }

    private static MosquittoClient? Self(nint userData) => GCHandle.FromIntPtr(userData).Target as MosquittoClient;

    [UnmanagedCallersOnly]
    private static void OnConnect(nint client, nint userData, int reasonCode, int flags, nint properties)
    {
        try
        {
            if (Self(userData) is not { } self)
                return;

            if (reasonCode == 0)
            {
                self._connected.TrySetResult((flags & 1) != 0);
                return;
            }

            // MQTT 3.1.1 has five codes of its own.
            var fault = reasonCode is 4 or 5 or 0x86 or 0x87 or 0x8A or 0x8C ? MosquittoFault.Credentials : MosquittoFault.Refused;
            var why = reasonCode < 0x80 ? MosquittoLibrary.DescribeRefusal(reasonCode) : MosquittoLibrary.DescribeReason(reasonCode);
            self._reason ??= new(fault, $"the broker refuses the connection: {why}");
        }
        catch
        {
        }
    }

    [UnmanagedCallersOnly]
    private static void OnDisconnect(nint client, nint userData, int reasonCode, nint properties)
    {
        try
        {
            // Below 0x80 it is an error number of the library, which the loop returns as well.
            if (reasonCode >= 0x80 && Self(userData) is { } self)
                self._reason ??= new(MosquittoFault.Refused, $"the broker ended the connection: {MosquittoLibrary.DescribeReason(reasonCode)}");
        }
        catch
        {
        }
    }

    [UnmanagedCallersOnly]
    private static void OnPublish(nint client, nint userData, int messageId, int reasonCode, nint properties)
    {
        try
        {
            Self(userData)?._acks.Writer.TryWrite(new(messageId, reasonCode));
        }
        catch
        {
        }
    }

    [UnmanagedCallersOnly]
    private static void OnSubscribe(nint client, nint userData, int messageId, int count, int* granted, nint properties)
    {
        try
        {
            var worst = 0;
            for (var i = 0; i < count; i++)
                worst = Math.Max(worst, granted[i]);
            Self(userData)?._acks.Writer.TryWrite(new(messageId, worst));
        }
        catch
        {
        }
    }

    [UnmanagedCallersOnly]
    private static void OnMessage(nint client, nint userData, NativeMessage* message, nint properties)
    {
        try
        {
            if (Self(userData) is not { } self)
                return;

            var received = new MosquittoMessage(
                Marshal.PtrToStringUTF8(message->Topic) ?? "",
                new ReadOnlySpan<byte>((void*)message->Payload, message->PayloadLength).ToArray(),
                message->Qos,
                message->Retain != 0,
                PropertyList.ReadString(properties, Constants.PropertyContentType),
                PropertyList.ReadUser(properties));
            if (self._options.Receive is null)
                self._messages.Writer.TryWrite(received);
            else if (self._untaken || !self.Take(received))
                self.Cut();
        }
        catch
        {
        }
    }

    private bool Take(MosquittoMessage message)
    {
        try
        {
            return _options.Receive!(message);
        }
        catch (Exception error)
        {
            _reason ??= new(MosquittoFault.Setup, $"a message could not be taken: {error.Message}");
            return false;
        }
    }

    /// <summary>
    /// Ends the connection before the PUBACK of the message in hand. The library queued it before it called us (with threads on, sends
    /// are written by the loop only), so nothing has left yet; a socket shut down for good keeps it from leaving later.
    /// </summary>
    private void Cut()
    {
        _untaken = true;
        _reason ??= new(MosquittoFault.Setup, "a message could not be taken");
        _ = NativeMethods.shutdown(NativeMethods.mosquitto_socket(_handle), NativeMethods.ShutdownBoth);
    }

    [UnmanagedCallersOnly]
    private static void OnLog(nint client, nint userData, int level, byte* text)
    {
        try
        {
            // Every packet is logged at a lower level; only why something failed is of interest here.
            if (level is Constants.LogError or Constants.LogWarning && Self(userData) is { } self)
                self._lastError = Marshal.PtrToStringUTF8((nint)text);
        }
        catch
        {
        }
    }

    // Without this callback OpenSSL asks for the password of an encrypted key on the terminal and hangs a daemon.
    [UnmanagedCallersOnly]
    private static int OnPassword(byte* buffer, int size, int writing, nint client) => 0;
}
