using System.Runtime.InteropServices;

namespace Appliance.Native.GStreamer;

/// <summary>Owns one reference to a GstObject (element, bus, pad).</summary>
internal sealed class ElementHandle : SafeHandle
{
    public ElementHandle(nint owned)
        : base(0, ownsHandle: true) => SetHandle(owned);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.gst_object_unref(handle);
        return true;
    }
}
