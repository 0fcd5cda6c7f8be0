using System.Globalization;
using System.Text;
using Appliance.Native.DBus;

namespace Appliance.Daemon.Platform.Network;

/// <summary>
/// Network state and configuration through NetworkManager. A change is made under a checkpoint: NetworkManager itself takes it
/// back when nobody confirms in time, also when this program dies, so that a wrong address does not cut the technician off.
/// </summary>
internal sealed class NetworkManager(SystemBus bus, TimeProvider clock)
{
    internal const string Service = "org.freedesktop.NetworkManager";
    internal const string Root = "/org/freedesktop/NetworkManager";
    private const string Device = Service + ".Device";
    private const string Settings = Service + ".Settings";

    // CheckpointCreate: connections that were added since go when it is rolled back.
    private const uint DeleteNewConnections = 2;

    // NetworkManager's clock and ours do not run in step; a change counts as pending a little longer than it is.
    private static readonly TimeSpan s_slack = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private (PendingChange Change, string Checkpoint)? _pending;

    /// <summary>Raised when a change was not confirmed in time and NetworkManager took it back.</summary>
    public event Action<PendingChange>? TakenBack;

    /// <summary>Never throws for what is missing: it says so.</summary>
    public async Task<NetworkState> Read(CancellationToken cancel)
    {
        try
        {
            var connection = await bus.Connect(cancel);
            var all = await connection.GetAll(Service, Root, Service, cancel);
            var devices = new List<NetworkDevice>();
            foreach (var path in (string[])all["Devices"])
            {
                if (await ReadDevice(connection, path, cancel) is { } device)
                    devices.Add(device);
            }

            return new(true, "", (string)all["Version"], Connectivity((uint)all["Connectivity"]), devices, Pending);
        }
        catch (BusException error)
        {
            return NetworkState.Missing(error.IsServiceMissing ? "NetworkManager is not on this machine" : error.Message);
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidCastException)
        {
            return NetworkState.Missing("NetworkManager answered something unknown: " + error.Message);
        }
    }

    /// <summary>Makes and activates the connection of an interface; it is taken back unless <see cref="Confirm"/> follows in time.</summary>
    /// <exception cref="BusException">Refused; everything is as before.</exception>
    /// <exception cref="InvalidOperationException">A change is pending.</exception>
    public async Task<PendingChange> Apply(string @interface, NetworkSettings settings, string by, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (Pending is { } other)
                throw new InvalidOperationException($"a change of {other.Interface} waits to be confirmed until {other.Until:HH:mm:ss}Z");

            var connection = await bus.Connect(cancel);
            var device = (await connection.Call(new(Service, Root, Service, "GetDeviceByIpIface", "s", @interface), null, cancel)).Get<string>();
            var seconds = (uint)settings.ConfirmWithin.TotalSeconds;
            var checkpoint = (await connection.Call(
                new(Service, Root, Service, "CheckpointCreate", "aouu", new[] { device }, seconds, DeleteNewConnections), null, cancel)).Get<string>();
            try
            {
                var profile = await Put(connection, @interface, settings, cancel);
                await connection.Call(new(Service, Root, Service, "ActivateConnection", "ooo", profile, device, "/"), null, cancel);
            }
            catch
            {
                await connection.Call(new(Service, Root, Service, "CheckpointRollback", "o", checkpoint), null, CancellationToken.None);
                throw;
            }

            var change = new PendingChange(@interface, clock.GetUtcNow() + TimeSpan.FromSeconds(seconds), by);
            _pending = (change, checkpoint);
            _ = Expire(change, TimeSpan.FromSeconds(seconds) + s_slack);
            return change;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Keeps the pending change; null = there is none (any more).</summary>
    /// <exception cref="BusException">NetworkManager refused or has taken it back.</exception>
    public Task<PendingChange?> Confirm(CancellationToken cancel) => End("CheckpointDestroy", cancel);

    /// <summary>Takes the pending change back at once; null = there is none.</summary>
    /// <exception cref="BusException">NetworkManager refused or has taken it back.</exception>
    public Task<PendingChange?> Rollback(CancellationToken cancel) => End("CheckpointRollback", cancel);

    private PendingChange? Pending => _pending?.Change;

    private async Task<PendingChange?> End(string how, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (_pending is not { } pending)
                return null;

            var connection = await bus.Connect(cancel);
            await connection.Call(new(Service, Root, Service, how, "o", pending.Checkpoint), null, cancel);
            _pending = null;
            return pending.Change;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task Expire(PendingChange change, TimeSpan after)
    {
        await Task.Delay(after, clock);
        await _gate.WaitAsync();
        try
        {
            if (_pending?.Change != change)
                return;
            _pending = null;
        }
        finally
        {
            _gate.Release();
        }

        TakenBack?.Invoke(change);
    }

    private static async Task<string> Put(BusConnection connection, string @interface, NetworkSettings settings, CancellationToken cancel)
    {
        var profile = NetworkProfile.Of(@interface, settings);
        string path;
        try
        {
            path = (await connection.Call(
                new(Service, Root + "/Settings", Settings, "GetConnectionByUuid", "s", NetworkProfile.Uuid(@interface)), null, cancel)).Get<string>();
        }
        catch (BusException)
        {
            return (await connection.Call(
                new(Service, Root + "/Settings", Settings, "AddConnection", "a{sa{sv}}", profile), null, cancel)).Get<string>();
        }

        await connection.Call(new(Service, path, Settings + ".Connection", "Update", "a{sa{sv}}", profile), null, cancel);
        return path;
    }

    private static async Task<NetworkDevice?> ReadDevice(BusConnection connection, string path, CancellationToken cancel)
    {
        var device = await connection.GetAll(Service, path, Device, cancel);
        var kind = (uint)device["DeviceType"] switch
        {
            // 20: one end of a virtual cable.
            1 or 20 => "ethernet",
            2 => "wifi",
            8 => "modem",
            10 => "bond",
            11 => "vlan",
            13 => "bridge",
            _ => null,
        };
        if (kind is null)
            return null;

        var (addresses, gateways, dns) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var version in new[] { "4", "6" })
            await ReadAddresses(connection, device, version, addresses, gateways, dns, cancel);
        var active = (string)device["ActiveConnection"];
        var name = active == "/" ? "" : await connection.Get<string>(Service, active, Service + ".Connection.Active", "Id", cancel);
        var (ssid, signal) = kind == "wifi" ? await ReadAccessPoint(connection, path, cancel) : (null, null);
        return new(
            (string)device["Interface"], kind, State((uint)device["State"]), device.GetValueOrDefault("HwAddress") as string ?? "",
            name, addresses, gateways, dns, ssid, signal);
    }

    private static async Task ReadAddresses(
        BusConnection connection, IReadOnlyDictionary<string, object> device, string version, List<string> addresses, List<string> gateways,
        List<string> dns, CancellationToken cancel)
    {
        if (device[$"Ip{version}Config"] is not string path || path == "/")
            return;

        var config = await connection.GetAll(Service, path, $"{Service}.IP{version}Config", cancel);
        foreach (var entry in ((object[])config["AddressData"]).Cast<Dictionary<string, object>>())
            addresses.Add(string.Create(CultureInfo.InvariantCulture, $"{entry["address"]}/{entry["prefix"]}"));
        if (config["Gateway"] is string { Length: > 0 } gateway)
            gateways.Add(gateway);
        if (version == "4" && config.GetValueOrDefault("NameserverData") is object[] servers)
            dns.AddRange(servers.Cast<Dictionary<string, object>>().Select(server => (string)server["address"]));
        else if (config.GetValueOrDefault("Nameservers") is object[] raw)
            dns.AddRange(raw.OfType<byte[]>().Select(bytes => new System.Net.IPAddress(bytes).ToString()));
    }

    private static async Task<(string? Ssid, int? Signal)> ReadAccessPoint(BusConnection connection, string device, CancellationToken cancel)
    {
        var path = await connection.Get<string>(Service, device, Device + ".Wireless", "ActiveAccessPoint", cancel);
        if (path == "/")
            return (null, null);

        var point = await connection.GetAll(Service, path, Service + ".AccessPoint", cancel);
        return (Encoding.UTF8.GetString((byte[])point["Ssid"]), (byte)point["Strength"]);
    }

    private static string Connectivity(uint value) => value switch
    {
        1 => "none",
        2 => "portal",
        3 => "limited",
        4 => "full",
        _ => "unknown",
    };

    private static string State(uint value) => value switch
    {
        10 => "unmanaged",
        20 => "unavailable",
        30 => "disconnected",
        >= 40 and <= 90 => "connecting",
        100 => "connected",
        110 => "disconnected",
        120 => "failed",
        _ => "unknown",
    };
}
