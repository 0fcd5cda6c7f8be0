using System.Runtime.InteropServices;

namespace Appliance.Native.Linux;

/// <summary>What the kernel knows of its wall clock: adjtimex(2) with nothing to change.</summary>
public static partial class KernelClock
{
    // STA_UNSYNC; and the error from which systemd too no longer calls a clock synchronised (timedate1, ntp_synced).
    private const int Unsynced = 0x40;
    private const long LargestErrorMicros = 16_000_000;

    /// <summary>
    /// Whether somebody disciplines the clock and it is within 16 s of the truth; null = the kernel does not tell
    /// (<c>ProtectClock=yes</c> of the unit refuses the call).
    /// </summary>
    public static unsafe bool? IsSynced()
    {
        var clock = default(Timex);
        return adjtimex(&clock) < 0 ? null : (clock.Status & Unsynced) == 0 && clock.MaxErrorMicros < LargestErrorMicros;
    }

    [LibraryImport("libc")]
    private static unsafe partial int adjtimex(Timex* clock);

    /// <summary><c>struct timex</c> of 64-bit Linux: 208 bytes, of which only these are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 208)]
    private struct Timex
    {
        [FieldOffset(24)]
        internal long MaxErrorMicros;

        [FieldOffset(40)]
        internal int Status;
    }
}
