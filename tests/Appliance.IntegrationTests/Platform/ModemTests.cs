using Appliance.Daemon.Platform;
using Appliance.Daemon.Platform.Modem;
using Appliance.Daemon.Sites;
using Appliance.Delivery.Notifications;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Platform;

[Trait("needs", "dbus")]
public class ModemTests
{
    private static readonly string s_template = Path.Combine(
        Checkout.Root, "tests", "Appliance.IntegrationTests", "Platform", "modemmanager.py");

    [BusFact]
    public async Task Read_OneModem_TellsNetworkAndSignalAndNotItsNumber()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play(s_template, ModemManager.Service);
        using var system = new SystemBus(bus.Address);

        var state = await new ModemManager(system).Read(CancellationToken.None);

        Assert.Equal(new ModemState("Example M1", "registered", 67, "home", "Example Net", true), Assert.Single(state.Modems));
    }

    [BusFact]
    public async Task Send_NetworkTakesIt_CreatesSendsAndForgets()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play(s_template, ModemManager.Service);
        using var system = new SystemBus(bus.Address);

        await new ModemManager(system).Send("+41790000001", "Größe", CancellationToken.None);

        var created = Assert.Single(await bus.CallsOf(ModemManager.Service, ModemManager.Root + "/Modem/0", "Create"));
        var message = (Dictionary<string, object>)created[0];
        Assert.Equal(("+41790000001", "Größe"), ((string)message["number"], (string)message["text"]));
        Assert.Single(await bus.CallsOf(ModemManager.Service, ModemManager.Root + "/Modem/0", "Delete"));
    }

    [BusFact]
    public async Task Send_NetworkRefuses_SaysWhy()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play(s_template, ModemManager.Service);
        using var system = new SystemBus(bus.Address);

        var error = await Assert.ThrowsAsync<SmsException>(
            () => new ModemManager(system).Send("+41790000000", "x", CancellationToken.None));

        Assert.Contains("the network refused", error.Message);
    }

    [BusFact]
    public async Task Send_NoModem_SaysSo()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play(s_template, ModemManager.Service, """{"Empty": true}""");
        using var system = new SystemBus(bus.Address);
        var modem = new ModemManager(system);

        var error = await Assert.ThrowsAsync<SmsException>(() => modem.Send("+41790000001", "x", CancellationToken.None));

        Assert.Contains("no modem", error.Message);
        Assert.Empty((await modem.Read(CancellationToken.None)).Modems);
    }

    [BusFact]
    public async Task ReadPosition_SatelliteReceiver_IsSwitchedOnAndRead()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play(s_template, ModemManager.Service);
        using var system = new SystemBus(bus.Address);

        var position = await new ModemManager(system).ReadPosition(CancellationToken.None);

        Assert.Equal(new ModemPosition(47.5, 8.25, 431), position);
        Assert.Equal([2u, false], Assert.Single(await bus.CallsOf(ModemManager.Service, ModemManager.Root + "/Modem/0", "Setup")));
    }

    [BusFact]
    public async Task Current_ModemWithReceiver_IsWhereItSaysWithAnErrorOfItsOwn()
    {
        await using var bus = await PrivateBus.Start();
        await bus.Play(s_template, ModemManager.Service);
        using var system = new SystemBus(bus.Address);
        using var source = new ModemReceiver(new ModemManager(system), new PositionOptions(), TimeProvider.System);

        var position = await Patience.Until("a position", () => Task.FromResult(source.Current));

        Assert.Null(source.WhyNot);
        Assert.Equal((47.5, 8.25), (position.Latitude, position.Longitude));
        Assert.True(position.AccuracyMetres > 0);
    }

    [BusFact]
    public async Task Current_NoModemManager_SaysWhyNot()
    {
        await using var bus = await PrivateBus.Start();
        using var system = new SystemBus(bus.Address);
        using var source = new ModemReceiver(new ModemManager(system), new PositionOptions(), TimeProvider.System);

        Assert.Null(source.Current);
        Assert.Contains("no modem", source.WhyNot, StringComparison.Ordinal);
    }
}
