using System.Runtime.InteropServices;

namespace Appliance.Native.Mosquitto;

/// <summary>Signatures of libmosquitto 2.0 (mosquitto.h), MQTT 5 variants.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "libmosquitto.so.1";

    [LibraryImport(Library)]
    internal static partial int mosquitto_lib_version(out int major, out int minor, out int revision);

    [LibraryImport(Library)]
    internal static partial int mosquitto_lib_init();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial MosquittoHandle mosquitto_new(
        string id, [MarshalAs(UnmanagedType.U1)] bool cleanSession, nint userData);

    [LibraryImport(Library)]
    internal static partial void mosquitto_destroy(nint client);

    [LibraryImport(Library)]
    internal static partial void mosquitto_user_data_set(MosquittoHandle client, nint userData);

    [LibraryImport(Library)]
    internal static partial int mosquitto_int_option(MosquittoHandle client, int option, int value);

    [LibraryImport(Library)]
    internal static partial int mosquitto_threaded_set(
        MosquittoHandle client, [MarshalAs(UnmanagedType.U1)] bool threaded);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mosquitto_username_pw_set(MosquittoHandle client, string? username, string? password);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mosquitto_tls_set(
        MosquittoHandle client, string? caFile, string? caPath, string? certFile, string? keyFile,
        delegate* unmanaged<byte*, int, int, nint, int> passwordCallback);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mosquitto_will_set_v5(
        MosquittoHandle client, string topic, int length, ReadOnlySpan<byte> payload, int qos,
        [MarshalAs(UnmanagedType.U1)] bool retain, nint properties);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int mosquitto_connect_bind_v5(
        MosquittoHandle client, string host, int port, int keepAliveSeconds, string? bindAddress, nint properties);

    [LibraryImport(Library)]
    internal static partial int mosquitto_disconnect_v5(MosquittoHandle client, int reasonCode, nint properties);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int mosquitto_loop(MosquittoHandle client, int timeoutMilliseconds, int maxPackets);

    [LibraryImport(Library)]
    internal static partial int mosquitto_loop_read(MosquittoHandle client, int maxPackets);

    [LibraryImport(Library)]
    internal static partial int mosquitto_loop_write(MosquittoHandle client, int maxPackets);

    [LibraryImport(Library)]
    internal static partial int mosquitto_loop_misc(MosquittoHandle client);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool mosquitto_want_write(MosquittoHandle client);

    [LibraryImport(Library)]
    internal static partial int mosquitto_socket(MosquittoHandle client);

    [LibraryImport(Library)]
    internal static partial int mosquitto_reconnect(MosquittoHandle client);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll([In, Out] PollDescriptor[] descriptors, nuint count, int timeoutMilliseconds);

    /// <summary>SHUT_RDWR.</summary>
    internal const int ShutdownBoth = 2;

    [LibraryImport("libc")]
    internal static partial int shutdown(int socket, int how);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mosquitto_publish_v5(
        MosquittoHandle client, out int messageId, string topic, int length, ReadOnlySpan<byte> payload, int qos,
        [MarshalAs(UnmanagedType.U1)] bool retain, nint properties);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mosquitto_subscribe_v5(
        MosquittoHandle client, out int messageId, string filter, int qos, int options, nint properties);

    [LibraryImport(Library)]
    internal static partial nint mosquitto_strerror(int error);

    [LibraryImport(Library)]
    internal static partial nint mosquitto_reason_string(int reasonCode);

    [LibraryImport(Library)]
    internal static partial nint mosquitto_connack_string(int code);

    [LibraryImport(Library)]
    internal static partial int mosquitto_property_add_byte(ref nint list, int identifier, byte value);

    [LibraryImport(Library)]
    internal static partial int mosquitto_property_add_int32(ref nint list, int identifier, uint value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mosquitto_property_add_string(ref nint list, int identifier, string value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mosquitto_property_add_string_pair(ref nint list, int identifier, string name, string value);

    [LibraryImport(Library)]
    internal static partial void mosquitto_property_free_all(ref nint list);

    [LibraryImport(Library)]
    internal static partial nint mosquitto_property_next(nint list);

    [LibraryImport(Library)]
    internal static partial int mosquitto_property_identifier(nint property);

    [LibraryImport(Library)]
    internal static partial nint mosquitto_property_read_string(
        nint list, int identifier, out nint value, [MarshalAs(UnmanagedType.U1)] bool skipFirst);

    [LibraryImport(Library)]
    internal static partial nint mosquitto_property_read_string_pair(
        nint list, int identifier, out nint name, out nint value, [MarshalAs(UnmanagedType.U1)] bool skipFirst);

    [LibraryImport(Library)]
    internal static partial void mosquitto_connect_v5_callback_set(
        MosquittoHandle client, delegate* unmanaged<nint, nint, int, int, nint, void> callback);

    [LibraryImport(Library)]
    internal static partial void mosquitto_disconnect_v5_callback_set(
        MosquittoHandle client, delegate* unmanaged<nint, nint, int, nint, void> callback);

    [LibraryImport(Library)]
    internal static partial void mosquitto_publish_v5_callback_set(
        MosquittoHandle client, delegate* unmanaged<nint, nint, int, int, nint, void> callback);

    [LibraryImport(Library)]
    internal static partial void mosquitto_subscribe_v5_callback_set(
        MosquittoHandle client, delegate* unmanaged<nint, nint, int, int, int*, nint, void> callback);

    [LibraryImport(Library)]
    internal static partial void mosquitto_message_v5_callback_set(
        MosquittoHandle client, delegate* unmanaged<nint, nint, NativeMessage*, nint, void> callback);

    [LibraryImport(Library)]
    internal static partial void mosquitto_log_callback_set(
        MosquittoHandle client, delegate* unmanaged<nint, nint, int, byte*, void> callback);
}

/// <summary><c>struct pollfd</c>; a negative descriptor is passed over.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    internal int Descriptor;
    internal short Wanted;
    internal short Ready;
}

/// <summary><c>struct mosquitto_message</c>; borrowed for the length of a callback.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeMessage
{
    internal int MessageId;
    internal nint Topic;
    internal nint Payload;
    internal int PayloadLength;
    internal int Qos;
    internal byte Retain;
}

/// <summary>Numbers of mosquitto.h and mqtt_protocol.h that are used.</summary>
internal static class Constants
{
    internal const int OptionProtocolVersion = 1;
    internal const int OptionReceiveMaximum = 4;
    internal const int OptionSendMaximum = 5;
    internal const int OptionTcpNoDelay = 11;
    internal const int OptionTlsUseOsCerts = 13;
    internal const int ProtocolV311 = 4;
    internal const int ProtocolV5 = 5;

    internal const int DisconnectWithWill = 4;

    internal const int PropertyPayloadFormat = 1;
    internal const int PropertyContentType = 3;
    internal const int PropertySessionExpiry = 17;
    internal const int PropertyUser = 38;

    internal const int LogWarning = 4;
    internal const int LogError = 8;
}
