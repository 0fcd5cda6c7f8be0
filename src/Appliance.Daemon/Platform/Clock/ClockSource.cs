using Appliance.Native.DBus;
using Appliance.Native.Linux;

namespace Appliance.Daemon.Platform.Clock;

/// <summary>Who can tell whether the clock is right, best first; each where the one before is not there.</summary>
internal interface IClockSource
{
    /// <summary>Null = nobody knows.</summary>
    Task<(bool? IsSynced, string Source)> Ask(CancellationToken cancel);

    /// <summary>What the kernel says by itself, in a microsecond; null = it does not tell.</summary>
    bool? Kernel { get; }
}

/// <summary>
/// <c>org.freedesktop.timedate1</c>, else the kernel (the same knowledge at first hand, but refused to a unit with
/// <c>ProtectClock=yes</c>), else the mark that systemd-timesyncd leaves.
/// </summary>
internal sealed class ClockSource(SystemBus bus) : IClockSource
{
    private const string Service = "org.freedesktop.timedate1";
    private const string Mark = "/run/systemd/timesync/synchronized";

    public bool? Kernel => KernelClock.IsSynced();

    public async Task<(bool? IsSynced, string Source)> Ask(CancellationToken cancel)
    {
        try
        {
            var connection = await bus.Connect(cancel);
            return (await connection.Get<bool>(Service, "/org/freedesktop/timedate1", Service, "NTPSynchronized", cancel), "timedate1");
        }
        catch (BusException)
        {
            // No bus or no systemd on it: the next best.
        }

        if (Kernel is { } kernel)
            return (kernel, "kernel");
        return File.Exists(Mark) ? (true, "systemd-timesyncd") : (null, "");
    }
}
