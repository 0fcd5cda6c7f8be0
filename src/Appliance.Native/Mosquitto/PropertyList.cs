using System.Runtime.InteropServices;

namespace Appliance.Native.Mosquitto;

/// <summary>An MQTT 5 property list under construction. libmosquitto copies it where it takes it; disposed by the builder.</summary>
internal ref struct PropertyList
{
    private nint _head;

    /// <summary>Borrowed; valid until <see cref="Dispose"/>.</summary>
    public readonly nint Head => _head;

    public void AddByte(int identifier, byte value) =>
        MosquittoException.ThrowIfFailed(NativeMethods.mosquitto_property_add_byte(ref _head, identifier, value), "property");

    public void AddInt32(int identifier, uint value) =>
        MosquittoException.ThrowIfFailed(NativeMethods.mosquitto_property_add_int32(ref _head, identifier, value), "property");

    public void AddString(int identifier, string value) =>
        MosquittoException.ThrowIfFailed(NativeMethods.mosquitto_property_add_string(ref _head, identifier, value), "property");

    public void AddUser(string name, string value) =>
        MosquittoException.ThrowIfFailed(
            NativeMethods.mosquitto_property_add_string_pair(ref _head, Constants.PropertyUser, name, value), "user property");

    /// <summary>Hands the list to a call that takes ownership when it succeeds.</summary>
    public nint Release()
    {
        var head = _head;
        _head = 0;
        return head;
    }

    public void Dispose()
    {
        if (_head != 0)
            NativeMethods.mosquitto_property_free_all(ref _head);
    }

    /// <summary>Copies the user properties of a received list, in their order.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> ReadUser(nint list)
    {
        List<KeyValuePair<string, string>>? pairs = null;
        for (var property = list; property != 0; property = NativeMethods.mosquitto_property_next(property))
        {
            if (NativeMethods.mosquitto_property_identifier(property) != Constants.PropertyUser
                || NativeMethods.mosquitto_property_read_string_pair(
                    property, Constants.PropertyUser, out var name, out var value, false) == 0)
            {
                continue;
            }

            (pairs ??= []).Add(new(Take(name), Take(value)));
        }

        return pairs ?? (IReadOnlyList<KeyValuePair<string, string>>)[];
    }

    internal static string? ReadString(nint list, int identifier) =>
        list != 0 && NativeMethods.mosquitto_property_read_string(list, identifier, out var value, false) != 0
            ? Take(value)
            : null;

    // The read functions return copies that belong to us.
    private static unsafe string Take(nint text)
    {
        var copy = Marshal.PtrToStringUTF8(text) ?? "";
        NativeMemory.Free((void*)text);
        return copy;
    }
}
