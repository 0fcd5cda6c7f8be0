using System.Net;
using System.Text.Json.Nodes;
using Appliance.Daemon.Platform;
using Appliance.Daemon.Platform.Network;
using Appliance.IntegrationTests.Daemon;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;
using Appliance.Native.DBus;

namespace Appliance.IntegrationTests.Platform;

[Trait("needs", "dbus")]
public class NetworkTests
{
    [BusFact]
    public async Task Read_NoNetworkManager_SaysSo()
    {
        await using var bus = await PrivateBus.Start();
        using var system = new SystemBus(bus.Address);
        var network = new NetworkManager(system, TimeProvider.System);

        var state = await network.Read(CancellationToken.None);

        Assert.False(state.Available);
        Assert.Equal("NetworkManager is not on this machine", state.Reason);
    }

    [NetworkManagerFact]
    public async Task Apply_Confirmed_Stays()
    {
        await using var bus = await PrivateBus.Start();
        using var folder = new TemporaryFolder();
        await RealNetworkManager.Start(bus, folder.Path);
        using var system = new SystemBus(bus.Address);
        var network = new NetworkManager(system, TimeProvider.System);

        await network.Apply(RealNetworkManager.Interface, Static("192.0.2.10/24"), "anna", CancellationToken.None);
        var device = await Connected(network);
        var confirmed = await network.Confirm(CancellationToken.None);
        // A second change replaces the profile and does not add one.
        await network.Apply(RealNetworkManager.Interface, Static("192.0.2.11/24"), "anna", CancellationToken.None);
        await Patience.Until("the new address", async () => (await Device(network)).Addresses.Contains("192.0.2.11/24") ? "" : null);
        await network.Confirm(CancellationToken.None);
        var profiles = await bus.Connection.Get<string[]>(
            NetworkManager.Service, NetworkManager.Root + "/Settings", NetworkManager.Service + ".Settings", "Connections");

        Assert.Equal("anna", confirmed!.By);
        Assert.Equal("watchpost-veth0", device.Connection);
        Assert.Contains("192.0.2.10/24", device.Addresses);
        Assert.Contains("2001:db8::10/64", device.Addresses);
        Assert.Equal(["192.0.2.1"], device.Gateways);
        Assert.Contains("192.0.2.53", device.Dns);
        Assert.Contains("2001:db8::53", device.Dns);
        Assert.Null(await network.Confirm(CancellationToken.None));
        var own = 0;
        foreach (var path in profiles)
        {
            var settings = await bus.Connection.Call(new(NetworkManager.Service, path, NetworkManager.Service + ".Settings.Connection", "GetSettings"));
            own += (string)((Dictionary<string, object>)settings.Get<Dictionary<string, object>>()["connection"])["id"] == "watchpost-veth0" ? 1 : 0;
        }

        Assert.Equal(1, own);
    }

    [NetworkManagerFact]
    public async Task Apply_NotConfirmed_NetworkManagerTakesItBackByItself()
    {
        await using var bus = await PrivateBus.Start();
        using var folder = new TemporaryFolder();
        await RealNetworkManager.Start(bus, folder.Path);
        using var system = new SystemBus(bus.Address);
        var network = new NetworkManager(system, TimeProvider.System);
        var takenBack = new TaskCompletionSource<PendingChange>();
        network.TakenBack += change => takenBack.TrySetResult(change);
        await network.Apply(RealNetworkManager.Interface, Static("192.0.2.10/24"), "anna", CancellationToken.None);
        await Connected(network);
        await network.Confirm(CancellationToken.None);

        await network.Apply(RealNetworkManager.Interface, Static("198.51.100.7/24", seconds: 20), "bert", CancellationToken.None);
        await Patience.Until("the wrong address", async () => (await Device(network)).Addresses.Contains("198.51.100.7/24") ? "" : null);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => network.Apply(RealNetworkManager.Interface, Static("192.0.2.12/24"), "anna", CancellationToken.None));
        var change = await takenBack.Task.WaitAsync(Patience.Long);

        Assert.Equal("bert", change.By);
        await Patience.Until("the old address", async () => (await Device(network)).Addresses.Contains("192.0.2.10/24") ? "" : null);
        Assert.Null((await network.Read(CancellationToken.None)).Pending);
    }

    [NetworkManagerFact]
    public async Task Apply_Refused_LeavesEverythingAsItWas()
    {
        await using var bus = await PrivateBus.Start();
        using var folder = new TemporaryFolder();
        await RealNetworkManager.Start(bus, folder.Path);
        using var system = new SystemBus(bus.Address);
        var network = new NetworkManager(system, TimeProvider.System);
        // NetworkManager takes the profile (so its settings are well formed) and refuses it on a cable.
        var wifi = new NetworkSettings { Wifi = new() { Ssid = "Site", Security = WifiSecurity.Wpa3, Password = "a good passphrase" } };

        var refused = await Assert.ThrowsAsync<BusException>(
            () => network.Apply(RealNetworkManager.Interface, wifi, "anna", CancellationToken.None));
        await Assert.ThrowsAsync<BusException>(
            () => network.Apply("eth99", Static("192.0.2.10/24"), "anna", CancellationToken.None));

        Assert.Contains("compatible", refused.Message);
        Assert.Null((await network.Read(CancellationToken.None)).Pending);
        // Taking it back takes it a moment.
        await Patience.Until("a cable as before", async () => (await Device(network)).State == "disconnected" ? "" : null);
    }

    [NetworkManagerFact]
    public async Task Rest_PutAndConfirm_IsAuditedWithoutSecrets()
    {
        await using var bus = await PrivateBus.Start();
        using var folder = new TemporaryFolder();
        await RealNetworkManager.Start(bus, folder.Path);
        var box = new RunningBox("", sections: $$""" "Platform": { "BusAddress": "{{bus.Address}}" }, """);
        await box.InitializeAsync();
        try
        {
            const string Change = """{"ipv4":{"method":"Manual","addresses":["192.0.2.20/24"]},"ipv6":{"method":"Disabled"},"confirmWithin":"00:02:00"}""";
            using var denied = await box.Operator.PutAsync("/api/v1/network/veth0", RunningBox.Body(Change));
            using var wrong = await box.Technician.PutAsync("/api/v1/network/veth0", RunningBox.Body(
                """{"ipv4":{"method":"Manual","addresses":["192.0.2.20","2001:db8::1/64"]},"wifi":{"ssid":"S","password":"short77"}}"""));
            using var refused = await box.Technician.PutAsync("/api/v1/network/veth0", RunningBox.Body(
                """{"wifi":{"ssid":"Site","password":"topsecretphrase"}}"""));
            using var put = await box.Technician.PutAsync("/api/v1/network/veth0", RunningBox.Body(Change));
            var state = JsonNode.Parse(await box.Technician.GetStringAsync("/api/v1/network"))!;
            using var confirmed = await box.Technician.PostAsync("/api/v1/network/confirm", null);
            using var again = await box.Technician.PostAsync("/api/v1/network/confirm", null);
            var audit = await box.Admin.GetStringAsync("/api/v1/audit?action=network.");

            Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
            var faults = await wrong.Content.ReadAsStringAsync();
            Assert.Contains("wifi.password", faults);
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Equal(HttpStatusCode.Accepted, put.StatusCode);
            Assert.Equal("technician", (string)state["pending"]!["by"]!);
            Assert.Equal(HttpStatusCode.OK, confirmed.StatusCode);
            Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
            Assert.Contains("network.put", audit);
            Assert.Contains("network.confirm", audit);
            Assert.Contains("192.0.2.20/24", audit);
            Assert.DoesNotContain("topsecretphrase", audit + string.Join('\n', box.Log.Texts));
        }
        finally
        {
            await box.DisposeAsync();
        }
    }

    private static NetworkSettings Static(string address, int seconds = 60) => new()
    {
        Ipv4 = new() { Method = AddressMethod.Manual, Addresses = [address], Gateway = address.StartsWith("192", StringComparison.Ordinal) ? "192.0.2.1" : "", Dns = ["192.0.2.53"] },
        Ipv6 = new() { Method = AddressMethod.Manual, Addresses = ["2001:db8::10/64"], Dns = ["2001:db8::53"] },
        ConfirmWithin = TimeSpan.FromSeconds(seconds),
    };

    private static async Task<NetworkDevice> Device(NetworkManager network) =>
        (await network.Read(CancellationToken.None)).Devices.Single(device => device.Interface == RealNetworkManager.Interface);

    private static Task<NetworkDevice> Connected(NetworkManager network) => Patience.Until(
        "veth0 is connected with both addresses",
        async () => await Device(network) is { State: "connected" } device && device.Addresses.Count(address => !address.StartsWith("fe80", StringComparison.Ordinal)) == 2 ? device : null);
}
