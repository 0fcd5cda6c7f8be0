using System.Runtime.InteropServices;

namespace Appliance.Native.DBus;

/// <summary>Signatures of sd-bus (systemd/sd-bus.h, libsystemd ≥ 237) and of the few libc calls of its loop. Negative results are errno.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "libsystemd.so.0";
    private const string C = "libc";

    [LibraryImport(Library)]
    internal static partial int sd_bus_open_system(out BusHandle bus);

    [LibraryImport(Library)]
    internal static partial int sd_bus_new(out BusHandle bus);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int sd_bus_set_address(BusHandle bus, string address);

    [LibraryImport(Library)]
    internal static partial int sd_bus_set_bus_client(BusHandle bus, int isClient);

    [LibraryImport(Library)]
    internal static partial int sd_bus_start(BusHandle bus);

    // Waits until the daemon has said hello.
    [LibraryImport(Library)]
    internal static partial int sd_bus_get_unique_name(BusHandle bus, out nint name);

    [LibraryImport(Library)]
    internal static partial nint sd_bus_flush_close_unref(nint bus);

    [LibraryImport(Library)]
    internal static partial int sd_bus_get_fd(BusHandle bus);

    [LibraryImport(Library)]
    internal static partial int sd_bus_get_events(BusHandle bus);

    /// <summary>Absolute µs of CLOCK_MONOTONIC; all ones = none.</summary>
    [LibraryImport(Library)]
    internal static partial int sd_bus_get_timeout(BusHandle bus, out ulong micros);

    [LibraryImport(Library)]
    internal static partial int sd_bus_process(BusHandle bus, out MessageHandle message);

    [LibraryImport(Library)]
    internal static partial int sd_bus_send(BusHandle bus, MessageHandle message, out ulong cookie);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int sd_bus_message_new_method_call(
        BusHandle bus, out MessageHandle message, string destination, string path, string @interface, string member);

    [LibraryImport(Library)]
    internal static partial nint sd_bus_message_unref(nint message);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_get_type(MessageHandle message, out byte type);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_get_reply_cookie(MessageHandle message, out ulong cookie);

    [LibraryImport(Library)]
    internal static partial NativeError* sd_bus_message_get_error(MessageHandle message);

    [LibraryImport(Library)]
    internal static partial nint sd_bus_message_get_path(MessageHandle message);

    [LibraryImport(Library)]
    internal static partial nint sd_bus_message_get_interface(MessageHandle message);

    [LibraryImport(Library)]
    internal static partial nint sd_bus_message_get_member(MessageHandle message);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_append_basic(MessageHandle message, byte type, void* value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int sd_bus_message_open_container(MessageHandle message, byte type, string contents);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_close_container(MessageHandle message);

    /// <summary>0: the container is at its end.</summary>
    [LibraryImport(Library)]
    internal static partial int sd_bus_message_peek_type(MessageHandle message, out byte type, out nint contents);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_enter_container(MessageHandle message, byte type, nint contents);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_exit_container(MessageHandle message);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_read_basic(MessageHandle message, byte type, void* value);

    [LibraryImport(Library)]
    internal static partial int sd_bus_message_read_array(MessageHandle message, byte type, out nint items, out nuint bytes);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int eventfd(uint value, int flags);

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint read(int descriptor, void* buffer, nuint count);

    [LibraryImport(C, SetLastError = true)]
    internal static partial nint write(int descriptor, void* buffer, nuint count);

    [LibraryImport(C, SetLastError = true)]
    internal static partial int fcntl(int descriptor, int command, int argument);
}

/// <summary><c>sd_bus_error</c>; borrowed from its message.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeError
{
    internal nint Name;
    internal nint Message;
    internal int NeedFree;
}

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    internal int Descriptor;
    internal short Events;
    internal short Happened;
}

/// <summary>Numbers of sd-bus-protocol.h, poll.h, eventfd.h and fcntl.h that are used.</summary>
internal static class Constants
{
    internal const byte MethodReturn = 2;
    internal const byte MethodError = 3;
    internal const byte Signal = 4;

    // In signatures structs and dictionary entries are written ( ) and { }; as the type of a container they are these letters.
    internal const byte Struct = (byte)'r';
    internal const byte DictionaryEntry = (byte)'e';

    internal const short PollIn = 1;
    internal const int EventFdFlags = 0x80000 | 0x800; // EFD_CLOEXEC | EFD_NONBLOCK
    internal const int DuplicateCloseOnExec = 1030;    // F_DUPFD_CLOEXEC
    internal const int Interrupted = 4;                // EINTR
}
