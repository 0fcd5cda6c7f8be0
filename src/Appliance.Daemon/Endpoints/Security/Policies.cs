using Appliance.Store.Users;
using Microsoft.AspNetCore.Authorization;

namespace Appliance.Daemon.Endpoints.Security;

/// <summary>Names of the policies: each role includes those before it.</summary>
internal static class Policies
{
    public const string Viewer = "viewer";
    public const string Operator = "operator";
    public const string Technician = "technician";
    public const string Admin = "admin";

    public static void Add(AuthorizationOptions options)
    {
        foreach (var least in Enum.GetValues<Role>())
        {
            var roles = Enum.GetValues<Role>().Where(role => role >= least).Select(role => role.ToString());
            options.AddPolicy(least.ToString().ToLowerInvariant(), policy => policy
                .AddAuthenticationSchemes(TokenAuthentication.Scheme)
                .RequireAuthenticatedUser()
                .RequireRole(roles));
        }

        // Also for paths that lead nowhere: strangers learn nothing from the difference.
        options.FallbackPolicy = options.GetPolicy(Viewer);
    }
}
