using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Native.Mosquitto;

/// <summary>
/// The only owner of a <c>struct mosquitto</c>, and of the reference that its callbacks find their client by: the library may
/// still log from another thread's call while the connection's own thread ends, so that reference must outlive the struct.
/// </summary>
internal sealed class MosquittoHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>Freed after the struct.</summary>
    internal GCHandle UserData { get; set; }

    protected override bool ReleaseHandle()
    {
        NativeMethods.mosquitto_destroy(handle);
        if (UserData.IsAllocated)
            UserData.Free();
        return true;
    }
}
