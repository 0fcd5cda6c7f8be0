using System.Collections;
using System.Globalization;
using System.Text;

namespace Appliance.Native.DBus;

/// <summary>Appends arguments to a message by their signature.</summary>
internal static unsafe class MessageWriter
{
    /// <exception cref="BusException">Arguments and signature do not fit each other.</exception>
    public static void Append(MessageHandle message, string signature, IReadOnlyList<object> arguments)
    {
        var rest = signature;
        foreach (var argument in arguments)
        {
            var type = Signature.First(rest);
            Append(message, type, argument);
            rest = rest[type.Length..];
        }

        if (rest.Length > 0)
            throw new BusException(BusException.Failed, $"arguments for '{rest}' are missing");
    }

    private static void Append(MessageHandle message, string type, object value)
    {
        switch (type[0])
        {
            case 'a' when type[1] == '{':
                AppendDictionary(message, type, (IDictionary)value);
                break;
            case 'a':
                Open(message, 'a', type[1..]);
                foreach (var item in (IEnumerable)value)
                    Append(message, type[1..], item);
                Close(message);
                break;
            case '(':
                var members = type[1..^1];
                Open(message, (char)Constants.Struct, members);
                Append(message, members, (IReadOnlyList<object>)value);
                Close(message);
                break;
            case 'v':
                var variant = (BusVariant)value;
                Open(message, 'v', variant.Signature);
                Append(message, variant.Signature, variant.Value);
                Close(message);
                break;
            default:
                AppendBasic(message, type[0], value);
                break;
        }
    }

    private static void AppendDictionary(MessageHandle message, string type, IDictionary entries)
    {
        var pair = type[2..^1];
        Open(message, 'a', type[1..]);
        foreach (DictionaryEntry entry in entries)
        {
            Open(message, (char)Constants.DictionaryEntry, pair);
            Append(message, pair[..1], entry.Key);
            Append(message, pair[1..], entry.Value!);
            Close(message);
        }

        Close(message);
    }

    private static void AppendBasic(MessageHandle message, char type, object value)
    {
        if (type is 's' or 'o' or 'g')
        {
            var text = Encoding.UTF8.GetBytes((string)value + '\0');
            fixed (byte* bytes = text)
                Check(NativeMethods.sd_bus_message_append_basic(message, (byte)type, bytes));
            return;
        }

        // The largest type in one place of the stack; C reads as many of its first bytes as the type has (little-endian on all boards).
        var number = type switch
        {
            'b' => (bool)value ? 1 : 0,
            'd' => BitConverter.DoubleToInt64Bits((double)value),
            't' => unchecked((long)Convert.ToUInt64(value, CultureInfo.InvariantCulture)),
            'y' or 'n' or 'q' or 'i' or 'u' or 'x' => Convert.ToInt64(value, CultureInfo.InvariantCulture),
            _ => throw new BusException(BusException.Failed, $"arguments of type '{type}' are not supported"),
        };
        Check(NativeMethods.sd_bus_message_append_basic(message, (byte)type, &number));
    }

    private static void Open(MessageHandle message, char type, string contents) =>
        Check(NativeMethods.sd_bus_message_open_container(message, (byte)type, contents));

    private static void Close(MessageHandle message) => Check(NativeMethods.sd_bus_message_close_container(message));

    private static void Check(int result) => BusException.ThrowIfFailed(result, "arguments");
}
