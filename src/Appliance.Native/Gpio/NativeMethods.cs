using System.Runtime.InteropServices;

namespace Appliance.Native.Gpio;

/// <summary>The system calls that the kernel's GPIO character device needs.</summary>
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

    /// <summary>Bytes read, or −1: whole events of the kernel's queue.</summary>
    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(GpioDescriptor descriptor, Span<LineEvent> events, nuint bytes);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollDescriptor descriptor, nuint count, int milliseconds);

    internal static nint Read(GpioDescriptor descriptor, Span<LineEvent> events) =>
        Read(descriptor, events, (nuint)(events.Length * Uapi.EventSize));

    /// <summary>1: readable; 0: not within the time, or a signal came; −1: failed.</summary>
    internal static int WaitReadable(GpioDescriptor descriptor, int milliseconds)
    {
        const short Readable = 1;
        const int Interrupted = 4;
        var held = false;
        try
        {
            descriptor.DangerousAddRef(ref held);
            var poll = new PollDescriptor { Descriptor = (int)descriptor.DangerousGetHandle(), Events = Readable };
            var result = Poll(ref poll, 1, milliseconds);
            return result < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : result;
        }
        finally
        {
            if (held)
                descriptor.DangerousRelease();
        }
    }
}
