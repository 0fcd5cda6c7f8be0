using Microsoft.Win32.SafeHandles;

namespace Appliance.Native.Secp256k1;

/// <summary>Owns a context of the library.</summary>
internal sealed class ContextHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        NativeMethods.secp256k1_context_destroy(handle);
        return true;
    }
}
