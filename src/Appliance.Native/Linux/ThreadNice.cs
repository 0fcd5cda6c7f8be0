using System.Runtime.InteropServices;

namespace Appliance.Native.Linux;

/// <summary>How much a thread gives way to others. .NET's own <c>Thread.Priority</c> does nothing on Linux.</summary>
public static partial class ThreadNice
{
    private const int Thread = 0; // PRIO_PROCESS with id 0: the calling thread (setpriority(2), «C library/kernel differences»).
    private const int Lowest = 19;

    /// <summary>The calling thread, and those it starts, run when nobody else wants the CPU. False: the system refused.</summary>
    public static bool TryGiveWay() => SetPriority(Thread, 0, Lowest) == 0;

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    private static partial int SetPriority(int which, uint who, int priority);
}
