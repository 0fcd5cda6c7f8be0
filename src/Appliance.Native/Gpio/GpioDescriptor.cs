using Microsoft.Win32.SafeHandles;

namespace Appliance.Native.Gpio;

/// <summary>Owns a chip's or a line request's file descriptor. Closing a line request frees its lines for others.</summary>
internal sealed class GpioDescriptor : SafeHandleMinusOneIsInvalid
{
    internal GpioDescriptor(int descriptor) : base(ownsHandle: true) => SetHandle(descriptor);

    protected override bool ReleaseHandle() => NativeMethods.Close(handle) == 0;
}
