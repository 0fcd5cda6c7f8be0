using Microsoft.Win32.SafeHandles;

namespace Appliance.Native.OnnxRuntime;

/// <summary>Owns one object of the library and keeps the object it was made from alive.</summary>
internal sealed unsafe class OrtHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly delegate* unmanaged<nint, void> _release;
    private readonly OrtHandle? _parent;

    internal OrtHandle(nint value, delegate* unmanaged<nint, void> release, OrtHandle? parent = null)
        : base(ownsHandle: true)
    {
        _release = release;
        if (parent is not null)
        {
            var added = false;
            parent.DangerousAddRef(ref added);
            _parent = parent;
        }

        SetHandle(value);
    }

    /// <summary>The raw pointer; the caller keeps this handle alive meanwhile.</summary>
    internal nint Value => handle;

    protected override bool ReleaseHandle()
    {
        _release(handle);
        _parent?.DangerousRelease();
        return true;
    }
}
