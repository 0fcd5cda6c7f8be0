namespace Appliance.Native.DBus;

/// <summary>
/// A method call. Arguments fit the signature: numbers and <c>bool</c> by their .NET types, <c>s o g</c> string, <c>v</c>
/// <see cref="BusVariant"/>, <c>ay</c> and other arrays any enumerable, dictionaries <see cref="System.Collections.IDictionary"/>,
/// structs <c>object[]</c>.
/// </summary>
/// <param name="Destination">Bus name.</param>
/// <param name="Path">Object.</param>
/// <param name="Interface">Interface.</param>
/// <param name="Member">Method.</param>
/// <param name="Signature">Of the arguments; empty = none.</param>
/// <param name="Arguments">One per complete type of the signature.</param>
public sealed record BusCall(
    string Destination, string Path, string Interface, string Member, string Signature = "", params object[] Arguments);

/// <summary>
/// What came back: numbers and <c>bool</c> as their .NET types, <c>s o g</c> string, <c>ay</c> <c>byte[]</c>, <c>as ao</c>
/// <c>string[]</c>, other arrays <c>object[]</c>, dictionaries <c>Dictionary&lt;string, object&gt;</c> (keys as text), structs
/// <c>object[]</c>, variants what is in them, <c>h</c> a <see cref="Microsoft.Win32.SafeHandles.SafeFileHandle"/> of its own.
/// </summary>
public sealed record BusReply(IReadOnlyList<object> Values)
{
    /// <exception cref="BusException">There is no such value, or it is of another type.</exception>
    public T Get<T>(int index = 0) => index < Values.Count && Values[index] is T value
        ? value
        : throw new BusException(
            "org.freedesktop.DBus.Error.InvalidSignature",
            $"the answer's value {index} is {(index < Values.Count ? Values[index].GetType().Name : "missing")}, not {typeof(T).Name}");
}

/// <summary>A signal; <see cref="Values"/> as in <see cref="BusReply"/>.</summary>
public sealed record BusSignal(string Path, string Interface, string Member, IReadOnlyList<object> Values);
