using System.Globalization;
using System.Net;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>One entry of <see cref="ApiOptions.Listen"/>, taken apart. <paramref name="Address"/> null = all addresses.</summary>
internal sealed record ListenAddress(bool Https, IPAddress? Address, int Port)
{
    private const string Form = "must be https://HOST:PORT (or http:// on loopback), HOST being *, localhost or an IP address";

    /// <summary>Why <paramref name="text"/> cannot be listened on; null = it can.</summary>
    public static string? WhyNot(string text)
    {
        if (Parse(text) is not { } address)
            return Form;

        return address.Https || (address.Address is { } ip && IPAddress.IsLoopback(ip))
            ? null
            : "plain http is taken on loopback only; use https://";
    }

    /// <summary>Null: not of the form.</summary>
    public static ListenAddress? Parse(string text)
    {
        var https = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!https && !text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return null;

        var rest = text[(https ? 8 : 7)..];
        var colon = rest.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return null;

        return rest[..colon] switch
        {
            "*" => new(https, null, port),
            "localhost" => new(https, IPAddress.Loopback, port),
            ['[', .. var inner, ']'] when IPAddress.TryParse(inner, out var six) => new(https, six, port),
            var four when !four.Contains(':') && IPAddress.TryParse(four, out var ip) => new(https, ip, port),
            _ => null,
        };
    }
}
