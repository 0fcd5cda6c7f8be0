using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;

namespace Appliance.Daemon.Platform.Network;

/// <summary>How an interface gets its addresses.</summary>
internal enum AddressMethod
{
    /// <summary>DHCP; IPv6: router advertisements.</summary>
    Auto,

    /// <summary>The addresses that are given.</summary>
    Manual,

    /// <summary>None.</summary>
    Disabled,
}

/// <summary>What an interface is to be.</summary>
internal sealed class NetworkSettings
{
    /// <summary>IPv4.</summary>
    public AddressSettings Ipv4 { get; init; } = new();

    /// <summary>IPv6.</summary>
    public AddressSettings Ipv6 { get; init; } = new();

    /// <summary>The wireless network to join; left out = wired.</summary>
    public WifiSettings? Wifi { get; init; }

    /// <summary>The change is taken back unless it is confirmed within this time (5 s to 10 min).</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan ConfirmWithin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What the attributes cannot say: that addresses are of the right family.</summary>
    public IEnumerable<(string Path, string Reason)> Faults() =>
        Ipv4.Faults("ipv4", AddressFamily.InterNetwork).Concat(Ipv6.Faults("ipv6", AddressFamily.InterNetworkV6));
}

/// <summary>Addresses of one family.</summary>
internal sealed class AddressSettings
{
    /// <summary>Auto (DHCP), Manual or Disabled.</summary>
    public AddressMethod Method { get; init; }

    /// <summary>With Manual: addresses with prefix length, e.g. <c>192.0.2.10/24</c> (at most 16).</summary>
    [MaxLength(16)]
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>With Manual: the router; empty = none.</summary>
    public string Gateway { get; init; } = "";

    /// <summary>Name servers; with Auto they come before those that DHCP gives (at most 8).</summary>
    [MaxLength(8)]
    public IReadOnlyList<string> Dns { get; init; } = [];

    /// <summary>The parts of <c>192.0.2.10/24</c>; null = it is not one.</summary>
    public static (IPAddress Address, int Prefix)? Parse(string text, AddressFamily family)
    {
        var parts = text.Split('/');
        return parts.Length == 2
            && IPAddress.TryParse(parts[0], out var address) && address.AddressFamily == family
            && int.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out var prefix)
            && prefix >= 1 && prefix <= (family == AddressFamily.InterNetwork ? 32 : 128)
                ? (address, prefix)
                : null;
    }

    public IEnumerable<(string Path, string Reason)> Faults(string at, AddressFamily family)
    {
        if (Method == AddressMethod.Manual && Addresses.Count == 0)
            yield return ($"{at}.addresses", "must have at least one with method manual");
        if (Method != AddressMethod.Manual && (Addresses.Count > 0 || Gateway.Length > 0))
            yield return ($"{at}.addresses", "addresses and gateway are only for method manual");
        for (var i = 0; i < Addresses.Count; i++)
        {
            if (Parse(Addresses[i], family) is null)
                yield return ($"{at}.addresses[{i}]", $"must be an {at} address with prefix length, e.g. {(at == "ipv4" ? "192.0.2.10/24" : "2001:db8::10/64")}");
        }

        if (Gateway.Length > 0 && !IsAddress(Gateway, family))
            yield return ($"{at}.gateway", $"must be an {at} address");
        for (var i = 0; i < Dns.Count; i++)
        {
            if (!IsAddress(Dns[i], family))
                yield return ($"{at}.dns[{i}]", $"must be an {at} address");
        }
    }

    private static bool IsAddress(string text, AddressFamily family) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == family && !text.Contains('%');
}

/// <summary>How a wireless network is protected.</summary>
internal enum WifiSecurity
{
    /// <summary>WPA2 with a passphrase.</summary>
    Wpa2,

    /// <summary>WPA3 (SAE) with a passphrase.</summary>
    Wpa3,

    /// <summary>Not at all.</summary>
    Open,
}

/// <summary>A wireless network.</summary>
internal sealed class WifiSettings : IValidatableObject
{
    /// <summary>Name of the network (1 to 32 bytes).</summary>
    [Required]
    public string Ssid { get; init; } = "";

    /// <summary>Wpa2, Wpa3 or Open.</summary>
    public WifiSecurity Security { get; init; }

    /// <summary>Passphrase, 8 to 63 characters. Goes to NetworkManager and is never given back.</summary>
    public string Password { get; init; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (System.Text.Encoding.UTF8.GetByteCount(Ssid) is < 1 or > 32)
            yield return new("must have 1 to 32 bytes", [nameof(Ssid)]);
        if (Security == WifiSecurity.Open ? Password.Length > 0 : Password.Length is < 8 or > 63)
            yield return new(Security == WifiSecurity.Open ? "an open network has none" : "must have 8 to 63 characters", [nameof(Password)]);
    }
}
