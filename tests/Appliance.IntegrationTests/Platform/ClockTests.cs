using Appliance.Daemon.Platform;
using Appliance.Daemon.Platform.Clock;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Platform;

[Trait("needs", "dbus")]
public class ClockTests
{
    private const string TimeDate = "org.freedesktop.timedate1";

    [BusFact]
    public async Task Ask_TimeDateOnTheBus_TellsWhatItSays()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play("timedated", TimeDate);
        using var system = new SystemBus(bus.Address);
        var source = new ClockSource(system);

        var synced = await source.Ask(CancellationToken.None);
        await bus.Set(TimeDate, "/org/freedesktop/timedate1", TimeDate, "NTPSynchronized", false);
        var lost = await source.Ask(CancellationToken.None);

        Assert.Equal((true, "timedate1"), synced);
        Assert.Equal((false, "timedate1"), lost);
    }

    [BusFact]
    public async Task Connect_BusGone_TriesAgainAndSaysWhy()
    {
        var first = await PrivateBus.Start();
        using var system = new SystemBus(first.Address);
        var before = await system.Connect(CancellationToken.None);
        await first.DisposeAsync();
        await before.Ended;

        await Assert.ThrowsAsync<Appliance.Native.DBus.BusException>(async () => await system.Connect(CancellationToken.None));
    }

    [Fact]
    public async Task Ask_NoBus_FallsBackToTheKernel()
    {
        using var system = new SystemBus("unix:path=/nonexistent/bus");
        var source = new ClockSource(system);

        var (synced, told) = await source.Ask(CancellationToken.None);

        // Whatever this machine's kernel says; where it refuses to tell, there is no word but the mark of timesyncd.
        Assert.Equal(source.Kernel is null ? synced is null ? "" : "systemd-timesyncd" : "kernel", told);
        Assert.True(source.Kernel is null || source.Kernel == synced);
    }
}
