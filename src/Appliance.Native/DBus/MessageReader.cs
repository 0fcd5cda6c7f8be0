using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Native.DBus;

/// <summary>Copies the body of a message into .NET values, see <see cref="BusReply"/>.</summary>
internal static unsafe class MessageReader
{
    /// <exception cref="BusException">The message is malformed.</exception>
    public static List<object> ReadAll(MessageHandle message)
    {
        var values = new List<object>();
        while (Peek(message, out var type, out var contents))
            values.Add(Read(message, type, contents));
        return values;
    }

    private static bool Peek(MessageHandle message, out byte type, out nint contents) =>
        Check(NativeMethods.sd_bus_message_peek_type(message, out type, out contents)) > 0;

    private static object Read(MessageHandle message, byte type, nint contents)
    {
        switch (type)
        {
            case (byte)'a':
                return ReadArray(message, contents);
            case (byte)'v':
                return ReadMembers(message, type, contents)[0];
            case Constants.Struct:
                return ReadMembers(message, type, contents).ToArray();
            default:
                return ReadBasic(message, type);
        }
    }

    private static List<object> ReadMembers(MessageHandle message, byte type, nint contents)
    {
        Enter(message, type, contents);
        var all = ReadAll(message);
        Exit(message);
        return all;
    }

    private static object ReadArray(MessageHandle message, nint contents)
    {
        // Borrowed until the container is left: copied first.
        var element = Marshal.PtrToStringUTF8(contents) ?? "";
        if (element == "y")
        {
            Check(NativeMethods.sd_bus_message_read_array(message, (byte)'y', out var items, out var bytes));
            return new ReadOnlySpan<byte>((void*)items, checked((int)bytes)).ToArray();
        }

        Enter(message, (byte)'a', contents);
        object result;
        if (element.StartsWith('{'))
            result = ReadEntries(message);
        else if (element is "s" or "o" or "g")
            result = ReadAll(message).Cast<string>().ToArray();
        else
            result = ReadAll(message).ToArray();
        Exit(message);
        return result;
    }

    private static Dictionary<string, object> ReadEntries(MessageHandle message)
    {
        var entries = new Dictionary<string, object>(StringComparer.Ordinal);
        while (Peek(message, out var type, out var contents))
        {
            Enter(message, type, contents);
            var pair = ReadAll(message);
            Exit(message);
            entries[Convert.ToString(pair[0], CultureInfo.InvariantCulture)!] = pair[1];
        }

        return entries;
    }

    private static object ReadBasic(MessageHandle message, byte type)
    {
        long raw = 0;
        Check(NativeMethods.sd_bus_message_read_basic(message, type, &raw));
        return (char)type switch
        {
            'y' => (byte)raw,
            'b' => (int)raw != 0,
            'n' => (short)raw,
            'q' => (ushort)raw,
            'i' => (int)raw,
            'u' => (uint)raw,
            'x' => raw,
            't' => (ulong)raw,
            'd' => BitConverter.Int64BitsToDouble(raw),
            's' or 'o' or 'g' => Marshal.PtrToStringUTF8((nint)raw) ?? "",
            'h' => Duplicate((int)raw),
            _ => throw new BusException(BusException.Failed, $"values of type '{(char)type}' are not supported"),
        };
    }

    // The message closes its own descriptor.
    private static SafeFileHandle Duplicate(int descriptor)
    {
        var copy = NativeMethods.fcntl(descriptor, Constants.DuplicateCloseOnExec, 0);
        return copy >= 0
            ? new SafeFileHandle(copy, ownsHandle: true)
            : throw new BusException(BusException.Failed, "descriptor: " + Marshal.GetLastPInvokeErrorMessage());
    }

    private static void Enter(MessageHandle message, byte type, nint contents) =>
        Check(NativeMethods.sd_bus_message_enter_container(message, type, contents));

    private static void Exit(MessageHandle message) => Check(NativeMethods.sd_bus_message_exit_container(message));

    private static int Check(int result) => BusException.ThrowIfFailed(result, "answer");
}
