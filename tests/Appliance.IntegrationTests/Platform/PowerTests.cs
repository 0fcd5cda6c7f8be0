using System.Net;
using Appliance.Daemon.Platform;
using Appliance.Daemon.Platform.Power;
using Appliance.IntegrationTests.Daemon;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.Platform;

[Trait("needs", "dbus")]
public class PowerTests
{
    [BusFact]
    public async Task Guard_ShutdownBegins_HoldsUntilEverythingIsWritten()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play("logind", LoginManager.Service);
        using var system = new SystemBus(bus.Address);
        var unwritten = 3;
        await using var guard = new ShutdownGuard(
            system, () => (Volatile.Read(ref unwritten), 0), TimeProvider.System, NullLogger<ShutdownGuard>.Instance);
        await Patience.Until("the lock is held", () => Task.FromResult(guard.IsHeld ? "" : null));
        var before = await Locks(bus);

        await Emit(bus, begins: true);
        // The guard answers to what waits and not to time: still held after another round trip on the bus.
        var during = await Locks(bus);
        Volatile.Write(ref unwritten, 0);
        await Patience.Until("the lock is let go", () => Task.FromResult(guard.IsHeld ? null : ""));
        await Emit(bus, begins: false);
        await Patience.Until("the lock is taken again", () => Task.FromResult(guard.IsHeld ? "" : null));

        Assert.Equal(["delay"], before);
        Assert.Equal(["delay"], during);
    }

    [BusFact]
    public async Task Rest_Reboot_IsForAdminsAuditedAndAsksLogind()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play("logind", LoginManager.Service);
        var box = new RunningBox("", sections: $$""" "Platform": { "BusAddress": "{{bus.Address}}" }, """);
        await box.InitializeAsync();
        try
        {
            using var denied = await box.Technician.PostAsync("/api/v1/system/reboot", null);
            using var reboot = await box.Admin.PostAsync("/api/v1/system/reboot", null);
            using var off = await box.Admin.PostAsync("/api/v1/system/poweroff", null);
            var audit = await box.Admin.GetStringAsync("/api/v1/audit?action=system.");

            Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
            Assert.Equal(HttpStatusCode.Accepted, reboot.StatusCode);
            Assert.Equal(HttpStatusCode.Accepted, off.StatusCode);
            Assert.Equal([false], Assert.Single(await bus.CallsOf(LoginManager.Service, LoginManager.Root, "Reboot")));
            Assert.Equal([false], Assert.Single(await bus.CallsOf(LoginManager.Service, LoginManager.Root, "PowerOff")));
            Assert.Contains("system.reboot", audit);
            Assert.Contains("system.poweroff", audit);
        }
        finally
        {
            await box.DisposeAsync();
        }
    }

    [Fact]
    public async Task Rest_RebootWithoutBus_SaysWhyAndTheBoxRuns()
    {
        var box = new RunningBox("", sections: """ "Platform": { "BusAddress": "unix:path=/nonexistent/bus" }, """);
        await box.InitializeAsync();
        try
        {
            using var reboot = await box.Admin.PostAsync("/api/v1/system/reboot", null);
            var network = await box.Technician.GetStringAsync("/api/v1/network");
            var modem = await box.Technician.GetStringAsync("/api/v1/modem");

            Assert.Equal(HttpStatusCode.ServiceUnavailable, reboot.StatusCode);
            Assert.Contains("/nonexistent/bus", network);
            Assert.Contains("/nonexistent/bus", modem);
            box.Log.NoErrors();
        }
        finally
        {
            await box.DisposeAsync();
        }
    }

    private static async Task<string[]> Locks(PrivateBus bus)
    {
        var reply = await bus.Connection.Call(new(LoginManager.Service, LoginManager.Root, LoginManager.Manager, "ListInhibitors"));
        return [.. reply.Get<object[]>().Select(one => (string)((object[])one)[3])];
    }

    private static Task Emit(PrivateBus bus, bool begins) => bus.Connection.Call(new(
        LoginManager.Service, LoginManager.Root, "org.freedesktop.DBus.Mock", "EmitSignal", "sssav", LoginManager.Manager,
        "PrepareForShutdown", "b", new[] { new Appliance.Native.DBus.BusVariant("b", begins) }));
}
