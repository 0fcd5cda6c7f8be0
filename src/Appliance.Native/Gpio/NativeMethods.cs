using System.Runtime.InteropServices;

namespace Appliance.Native.Gpio;

/// <summary>The three system calls that the kernel's GPIO character device needs.</summary>
internal static partial class NativeMethods
{
    internal const int ReadWrite = 0x2;
    internal const int CloseOnExec = 0x80000;

    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "close")]
    internal static partial int Close(nint descriptor);

    // ioctl is variadic in C; on Linux's x64 and arm64 conventions the third argument travels as in a plain call.
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Ioctl(GpioDescriptor descriptor, nuint request, ref ChipInfo argument);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Ioctl(GpioDescriptor descriptor, nuint request, ref LineRequest argument);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Ioctl(GpioDescriptor descriptor, nuint request, ref LineValues argument);
}
