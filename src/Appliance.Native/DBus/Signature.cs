namespace Appliance.Native.DBus;

/// <summary>Takes signatures of the D-Bus specification apart.</summary>
internal static class Signature
{
    /// <summary>The first complete type: <c>a{sv}</c> of <c>a{sv}u</c>.</summary>
    /// <exception cref="BusException">There is none.</exception>
    public static string First(string signature)
    {
        var end = End(signature, 0);
        return end > 0 ? signature[..end] : throw new BusException(BusException.Failed, $"'{signature}' is not a signature");
    }

    private static int End(string signature, int at)
    {
        while (at < signature.Length && signature[at] == 'a')
            at++;
        if (at >= signature.Length)
            return -1;
        if (signature[at] is not ('(' or '{'))
            return at + 1;

        var depth = 0;
        for (; at < signature.Length; at++)
        {
            depth += signature[at] switch
            {
                '(' or '{' => 1,
                ')' or '}' => -1,
                _ => 0,
            };
            if (depth == 0)
                return at + 1;
        }

        return -1;
    }
}
