namespace Appliance.Native.DBus;

/// <summary>A value that tells its type, as arguments of type <c>v</c> want it.</summary>
/// <param name="Signature">One complete D-Bus type, e.g. <c>s</c> or <c>aa{sv}</c>.</param>
/// <param name="Value">Fits it; see <see cref="BusCall"/>.</param>
public sealed record BusVariant(string Signature, object Value)
{
    public static implicit operator BusVariant(string text) => new("s", text);

    public static implicit operator BusVariant(bool value) => new("b", value);

    public static implicit operator BusVariant(uint number) => new("u", number);

    public static implicit operator BusVariant(int number) => new("i", number);
}
