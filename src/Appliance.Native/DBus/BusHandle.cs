using Microsoft.Win32.SafeHandles;

namespace Appliance.Native.DBus;

/// <summary>A connection; used and freed by its own thread only.</summary>
internal sealed class BusHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        NativeMethods.sd_bus_flush_close_unref(handle);
        return true;
    }
}

/// <summary>A message; libsystemd keeps its connection alive for as long. Used and freed by the connection's thread only.</summary>
internal sealed class MessageHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        NativeMethods.sd_bus_message_unref(handle);
        return true;
    }
}
