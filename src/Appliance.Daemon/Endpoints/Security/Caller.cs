using System.Security.Claims;
using Appliance.Store.Audit;
using Appliance.Store.Users;

namespace Appliance.Daemon.Endpoints.Security;

/// <summary>Who asks, as endpoints need it.</summary>
internal static class Caller
{
    /// <summary>Name and address for the audit log.</summary>
    public static Actor Of(HttpContext http) => new(http.User.Identity?.Name ?? "anonymous", AddressOf(http));

    /// <summary>IPv4 in its own form also when it came in through an IPv6 socket, so that one client has one address.</summary>
    public static string AddressOf(HttpContext http) => http.Connection.RemoteIpAddress switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        var address => address.ToString(),
    };

    public static Role RoleOf(HttpContext http) =>
        Enum.Parse<Role>(http.User.FindFirstValue(ClaimTypes.Role) ?? nameof(Role.Viewer));

    /// <summary>Null: a machine's token.</summary>
    public static string? UserIdOf(HttpContext http) => http.User.FindFirstValue(TokenAuthentication.UserId);

    public static string TokenIdOf(HttpContext http) => http.User.FindFirstValue(TokenAuthentication.TokenId) ?? "";
}
