using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Appliance.Native.DBus;

namespace Appliance.Daemon.Platform.Network;

/// <summary>
/// The settings of an interface as NetworkManager takes them (nm-settings-dbus): one connection per interface that belongs to this
/// program, so that a change replaces it and never piles up.
/// </summary>
internal static class NetworkProfile
{
    // Before those that were there: it is what a technician asked for last.
    private const int Priority = 100;

    /// <summary>The same for an interface at all times.</summary>
    public static string Uuid(string @interface)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes("watchpost network " + @interface), hash);
        // Version 8 (RFC 9562): made by a rule of one's own.
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }

    /// <summary>Type <c>a{sa{sv}}</c>.</summary>
    public static Dictionary<string, Dictionary<string, BusVariant>> Of(string @interface, NetworkSettings settings)
    {
        var profile = new Dictionary<string, Dictionary<string, BusVariant>>
        {
            ["connection"] = new()
            {
                ["id"] = "watchpost-" + @interface,
                ["uuid"] = Uuid(@interface),
                ["type"] = settings.Wifi is null ? "802-3-ethernet" : "802-11-wireless",
                ["interface-name"] = @interface,
                ["autoconnect"] = true,
                ["autoconnect-priority"] = Priority,
            },
            ["ipv4"] = Addresses(settings.Ipv4, AddressFamily.InterNetwork),
            ["ipv6"] = Addresses(settings.Ipv6, AddressFamily.InterNetworkV6),
        };
        if (settings.Wifi is { } wifi)
            Add(profile, wifi);
        return profile;
    }

    private static Dictionary<string, BusVariant> Addresses(AddressSettings settings, AddressFamily family)
    {
        var section = new Dictionary<string, BusVariant>
        {
            ["method"] = settings.Method switch
            {
                AddressMethod.Manual => "manual",
                AddressMethod.Disabled => "disabled",
                _ => "auto",
            },
        };
        if (settings.Addresses.Count > 0)
        {
            section["address-data"] = new("aa{sv}", settings.Addresses
                .Select(text => AddressSettings.Parse(text, family)!.Value)
                .Select(entry => new Dictionary<string, BusVariant> { ["address"] = entry.Address.ToString(), ["prefix"] = (uint)entry.Prefix })
                .ToArray());
        }

        if (settings.Gateway.Length > 0)
            section["gateway"] = IPAddress.Parse(settings.Gateway).ToString();
        if (settings.Dns.Count > 0)
            section["dns"] = Dns(settings.Dns.Select(IPAddress.Parse), family);
        return section;
    }

    // The form that every NetworkManager knows (dns-data came with 1.42): IPv4 as a number in network byte order, IPv6 as bytes.
    private static BusVariant Dns(IEnumerable<IPAddress> servers, AddressFamily family) => family == AddressFamily.InterNetwork
        ? new("au", servers.Select(server => BitConverter.ToUInt32(server.GetAddressBytes())).ToArray())
        : new("aay", servers.Select(server => server.GetAddressBytes()).ToArray());

    private static void Add(Dictionary<string, Dictionary<string, BusVariant>> profile, WifiSettings wifi)
    {
        profile["802-11-wireless"] = new()
        {
            ["ssid"] = new("ay", Encoding.UTF8.GetBytes(wifi.Ssid)),
            ["mode"] = "infrastructure",
        };
        if (wifi.Security == WifiSecurity.Open)
            return;

        profile["802-11-wireless-security"] = new()
        {
            ["key-mgmt"] = wifi.Security == WifiSecurity.Wpa3 ? "sae" : "wpa-psk",
            ["psk"] = wifi.Password,
        };
    }
}
