using System.Runtime.InteropServices;

namespace Appliance.Native.Linux;

/// <summary>Niceness of single threads, which Linux has and .NET's Thread.Priority does not reach.</summary>
public static partial class ThreadPriorities
{
    private const int PrioProcess = 0;
    private const int Nicest = 19;

    /// <summary>The calling thread gets only what others leave. Quietly does nothing where it is not allowed.</summary>
    // who = 0 is the calling thread: setpriority(2), "C library/kernel differences".
    public static void Lowest() => _ = setpriority(PrioProcess, 0, Nicest);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setpriority(int which, uint who, int priority);
}
