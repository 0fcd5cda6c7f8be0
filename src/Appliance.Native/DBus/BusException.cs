using System.Runtime.InteropServices;

namespace Appliance.Native.DBus;

/// <summary>The bus or the one who was called refused; <see cref="ErrorName"/> is D-Bus's name of the error.</summary>
public sealed class BusException : Exception
{
    internal const string Failed = "org.freedesktop.DBus.Error.Failed";
    internal const string TimedOut = "org.freedesktop.DBus.Error.Timeout";
    internal const string IsDisconnected = "org.freedesktop.DBus.Error.Disconnected";
    private const string Prefix = "org.freedesktop.DBus.Error.";

    public BusException(string errorName, string message)
        : base(message) => ErrorName = errorName;

    /// <summary>E.g. <c>org.freedesktop.DBus.Error.ServiceUnknown</c>.</summary>
    public string ErrorName { get; }

    /// <summary>There is no such service on this machine, or it cannot be started.</summary>
    public bool IsServiceMissing => ErrorName is Prefix + "ServiceUnknown" or Prefix + "NameHasNoOwner"
        || ErrorName.StartsWith(Prefix + "Spawn.", StringComparison.Ordinal);

    /// <summary>The object, interface or property does not exist (any more).</summary>
    public bool IsObjectMissing => ErrorName is Prefix + "UnknownObject" or Prefix + "UnknownInterface" or Prefix + "UnknownProperty"
        or Prefix + "UnknownMethod";

    /// <summary>The caller is not allowed to (bus policy or polkit).</summary>
    public bool IsDenied => ErrorName is Prefix + "AccessDenied" or Prefix + "AuthFailed" or Prefix + "InteractiveAuthorizationRequired"
        || ErrorName.EndsWith(".PermissionDenied", StringComparison.Ordinal);

    /// <summary>The connection is over; another one may be tried.</summary>
    public bool IsConnectionOver => ErrorName == IsDisconnected;

    /// <summary>Throws for a negative result.</summary>
    internal static int ThrowIfFailed(int result, string operation) => result >= 0
        ? result
        // EPIPE, ECONNRESET, ENOTCONN, ESHUTDOWN: the bus went away under us.
        : throw new BusException(
            -result is 32 or 104 or 107 or 108 ? IsDisconnected : Failed, $"{operation}: {Marshal.GetPInvokeErrorMessage(-result)}");
}
