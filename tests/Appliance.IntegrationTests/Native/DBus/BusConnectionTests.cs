using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;
using Appliance.Native.DBus;
using Microsoft.Win32.SafeHandles;

namespace Appliance.IntegrationTests.Native.DBus;

[Trait("needs", "dbus")]
public class BusConnectionTests
{
    private const string TimeDate = "org.freedesktop.timedate1";
    private const string TimeDatePath = "/org/freedesktop/timedate1";
    private const string MockInterface = "org.freedesktop.DBus.Mock";

    [Fact]
    public async Task Connect_NoBus_SaysWhy()
    {
        var error = await Assert.ThrowsAsync<BusException>(() => BusConnection.Connect("unix:path=/nonexistent/bus"));

        Assert.Contains("/nonexistent/bus", error.Message);
        Assert.Contains("No such file", error.Message);
    }

    [BusFact]
    public async Task Call_NoSuchService_CarriesTheNameOfTheError()
    {
        await using var bus = await PrivateBus.Start();

        var error = await Assert.ThrowsAsync<BusException>(
            () => bus.Connection.Get<bool>("org.example.Nobody", "/", "org.example.Nobody", "X"));

        Assert.Equal("org.freedesktop.DBus.Error.ServiceUnknown", error.ErrorName);
        Assert.True(error.IsServiceMissing);
    }

    [BusFact]
    public async Task Call_ArgumentsThatDoNotFit_FailsAndTheConnectionLives()
    {
        await using var bus = await PrivateBus.Start();

        await Assert.ThrowsAsync<BusException>(() => bus.Connection.Call(new("org.example.A", "/", "org.example.A", "M", "u", "text")));
        await Assert.ThrowsAsync<BusException>(() => bus.Connection.Call(new("org.example.A", "/", "org.example.A", "M", "ss", "one")));
        await Assert.ThrowsAsync<BusException>(() => bus.Connection.Call(new("org.example.A", "no path", "org.example.A", "M")));
        var reply = await bus.Connection.Call(new("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames"));

        Assert.Contains("org.freedesktop.DBus", reply.Get<string[]>());
    }

    [BusFact]
    public async Task Call_EveryType_ComesBackAsItWentOut()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play("timedated", TimeDate);
        // The mock evaluates this line: it returns its argument.
        await bus.Connection.Call(new(
            TimeDate, TimeDatePath, MockInterface, "AddMethod", "sssss", "org.example.Echo", "Echo", "v", "v", "ret = args[0]"));

        async Task<object> Echo(BusVariant value) =>
            (await bus.Connection.Call(new(TimeDate, TimeDatePath, "org.example.Echo", "Echo", "v", value))).Values[0];

        Assert.Equal((byte)200, await Echo(new("y", (byte)200)));
        Assert.Equal(true, await Echo(true));
        Assert.Equal((short)-5, await Echo(new("n", (short)-5)));
        Assert.Equal(-70_000, await Echo(-70_000));
        Assert.Equal(4_000_000_000u, await Echo(4_000_000_000u));
        Assert.Equal(long.MinValue, await Echo(new("x", long.MinValue)));
        Assert.Equal(ulong.MaxValue, await Echo(new("t", ulong.MaxValue)));
        Assert.Equal(-1.5, await Echo(new("d", -1.5)));
        Assert.Equal("Größe 🙂", await Echo("Größe 🙂"));
        Assert.Equal("/a/b", await Echo(new("o", "/a/b")));
        Assert.Equal(new byte[] { 1, 2, 255 }, await Echo(new("ay", new byte[] { 1, 2, 255 })));
        Assert.Equal(new[] { "a", "b" }, await Echo(new("as", new[] { "a", "b" })));
        Assert.Equal(Array.Empty<string>(), await Echo(new("as", Array.Empty<string>())));
        Assert.Equal(new object[] { 1u, "x" }, await Echo(new("(us)", new object[] { 1u, "x" })));
        var nested = (Dictionary<string, object>)await Echo(new("a{sa{sv}}", new Dictionary<string, Dictionary<string, BusVariant>>
        {
            ["ipv4"] = new() { ["method"] = "manual", ["data"] = new("aa{sv}", new[] { new Dictionary<string, BusVariant> { ["prefix"] = 24u } }) },
        }));
        var section = (Dictionary<string, object>)nested["ipv4"];
        Assert.Equal("manual", section["method"]);
        Assert.Equal(24u, ((Dictionary<string, object>)((object[])section["data"])[0])["prefix"]);
    }

    [BusFact]
    public async Task Call_ManyAtOnceFromManyThreads_EachGetsItsOwnAnswer()
    {
        await using var bus = await PrivateBus.Start();

        var owners = await Task.WhenAll(Enumerable.Range(0, 500).Select(number => Task.Run(async () =>
        {
            var name = number % 2 == 0 ? "org.freedesktop.DBus" : $"org.example.N{number}";
            var reply = await bus.Connection.Call(new(
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner", "s", name));
            return (number, Has: reply.Get<bool>());
        })));

        Assert.All(owners, owner => Assert.Equal(owner.number % 2 == 0, owner.Has));
    }

    [BusFact]
    public async Task Match_PropertyChanges_TellsUntilDisposed()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play("timedated", TimeDate);
        var seen = new List<bool>();
        var told = new SemaphoreSlim(0);
        var match = await bus.Connection.Match(
            new(TimeDate, "org.freedesktop.DBus.Properties", "PropertiesChanged", TimeDatePath),
            signal =>
            {
                seen.Add((bool)((Dictionary<string, object>)signal.Values[1])["NTPSynchronized"]);
                told.Release();
            });

        await bus.Set(TimeDate, TimeDatePath, TimeDate, "NTPSynchronized", false);
        Assert.True(await told.WaitAsync(Patience.Long));
        match.Dispose();
        await bus.Set(TimeDate, TimeDatePath, TimeDate, "NTPSynchronized", true);

        Assert.Equal([false], seen);
        Assert.True(await bus.Connection.Get<bool>(TimeDate, TimeDatePath, TimeDate, "NTPSynchronized"));
    }

    [BusFact]
    public async Task Call_NobodyAnswers_TimesOutAndTheConnectionLives()
    {
        await using var bus = await PrivateBus.Start();
        var mock = await bus.Play("timedated", TimeDate);
        using (var stop = System.Diagnostics.Process.Start("kill", ["-STOP", $"{mock.Id}"]))
            await stop.WaitForExitAsync();

        var error = await Assert.ThrowsAsync<BusException>(() => bus.Connection.Call(
            new(TimeDate, TimeDatePath, TimeDate, "SetNTP", "bb", true, false), TimeSpan.FromMilliseconds(50)));
        var alive = await bus.Connection.Call(new("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId"));

        Assert.Equal("org.freedesktop.DBus.Error.Timeout", error.ErrorName);
        Assert.NotEmpty(alive.Get<string>());
    }

    [BusFact]
    public async Task Call_Descriptor_IsOursAfterTheMessage()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play("logind", "org.freedesktop.login1");

        var reply = await bus.Connection.Call(new(
            "org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "Inhibit", "ssss",
            "shutdown", "test", "why", "delay"));
        using var handle = reply.Get<SafeFileHandle>();

        Assert.False(handle.IsInvalid);
        Assert.StartsWith("pipe:", new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget);
    }

    [BusFact]
    public async Task Ended_TheBusDies_FailsWaitingCallsAndTells()
    {
        var bus = await PrivateBus.Start();
        using var connection = await BusConnection.Connect(bus.Address);
        var mock = await bus.Play("timedated", TimeDate);
        using (var stop = System.Diagnostics.Process.Start("kill", ["-STOP", $"{mock.Id}"]))
            await stop.WaitForExitAsync();
        var waiting = connection.Call(new(TimeDate, TimeDatePath, TimeDate, "SetNTP", "bb", true, false));

        await bus.DisposeAsync();
        var reason = await connection.Ended.WaitAsync(Patience.Long);
        var error = await Assert.ThrowsAsync<BusException>(() => waiting);

        Assert.NotNull(reason);
        // The daemon, too, answers for a service that went before it.
        Assert.True(error.IsConnectionOver || error.ErrorName == "org.freedesktop.DBus.Error.NoReply", error.ErrorName);
        await Assert.ThrowsAsync<BusException>(() => connection.Call(new("a.b", "/", "a.b", "C")));
    }
}
