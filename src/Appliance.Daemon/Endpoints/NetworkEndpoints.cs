using System.Text.RegularExpressions;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Appliance.Daemon.Platform.Modem;
using Appliance.Daemon.Platform.Network;
using Appliance.Native.DBus;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>The machine's network and modem.</summary>
internal static partial class NetworkEndpoints
{
    public static void MapNetwork(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/network").WithTags("Network").RequireAuthorization(Policies.Technician);
        group.MapGet("", Get);
        group.MapPut("/{interface}", Put).Accepts<NetworkSettings>("application/json");
        group.MapPost("/confirm", Confirm);
        group.MapPost("/rollback", Rollback);
        routes.MapGet("/modem", GetModem).WithTags("Network").RequireAuthorization(Policies.Technician);
    }

    /// <summary>Interfaces, addresses, connectivity, and a change that waits to be confirmed. Without NetworkManager: the reason.</summary>
    private static async Task<Ok<NetworkState>> Get(ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok(await runtime.Network.Read(cancel));

    /// <summary>Modems, their network and signal. Without ModemManager: the reason.</summary>
    private static async Task<Ok<ModemsState>> GetModem(ApplianceRuntime runtime, CancellationToken cancel) =>
        TypedResults.Ok(await runtime.Modem.Read(cancel));

    /// <summary>
    /// Makes a connection for an interface and activates it. It is taken back by itself unless POST /network/confirm arrives in
    /// time, over the new address if that is what changed.
    /// </summary>
    private static async Task<Results<Accepted<PendingChange>, ProblemHttpResult>> Put(
        string @interface, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        if (!InterfaceName().IsMatch(@interface))
            return Problems.NotFound("interface", @interface);

        var (settings, problem) = await Bodies.ReadOptions<NetworkSettings>(http.Request, cancel);
        if (settings is null)
            return problem!;
        var faults = settings.Faults().Select(fault => new ConfigFault(fault.Path, fault.Reason)).ToList();
        if (faults.Count > 0)
            return Problems.Invalid(faults);

        var caller = Caller.Of(http);
        await runtime.Store.Audit.Append(caller, "network.put", @interface, Summary(settings), cancel);
        try
        {
            return TypedResults.Accepted("/api/v1/network", await runtime.Network.Apply(@interface, settings, caller.Name, cancel));
        }
        catch (InvalidOperationException error)
        {
            return Problems.Conflict($"Confirm or roll back first: {error.Message}.");
        }
        catch (BusException error)
        {
            return Refused(error);
        }
    }

    /// <summary>Keeps the change that waits.</summary>
    private static Task<Results<Ok<PendingChange>, ProblemHttpResult>> Confirm(
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
        End("network.confirm", runtime.Network.Confirm, runtime, http, cancel);

    /// <summary>Takes the change that waits back at once.</summary>
    private static Task<Results<Ok<PendingChange>, ProblemHttpResult>> Rollback(
        ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
        End("network.rollback", runtime.Network.Rollback, runtime, http, cancel);

    private static async Task<Results<Ok<PendingChange>, ProblemHttpResult>> End(
        string action, Func<CancellationToken, Task<PendingChange?>> end, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        try
        {
            if (await end(cancel) is not { } change)
                return Problems.Conflict("No change waits; it may have been taken back already.");

            await runtime.Store.Audit.Append(Caller.Of(http), action, change.Interface, "", cancel);
            return TypedResults.Ok(change);
        }
        catch (BusException error)
        {
            return Refused(error);
        }
    }

    private static ProblemHttpResult Refused(BusException error) => error switch
    {
        { IsServiceMissing: true } => Problems.Unavailable("NetworkManager is not on this machine."),
        { IsConnectionOver: true } => Problems.Unavailable(error.Message),
        { IsDenied: true } => Problems.Unavailable("NetworkManager does not let this service: is systemd/60-watchpost-polkit.rules installed?"),
        _ when error.ErrorName.EndsWith(".UnknownDevice", StringComparison.Ordinal) => Problems.Of(404, "There is no such interface."),
        _ => Problems.Conflict($"NetworkManager refused: {error.Message}"),
    };

    // Without the passphrase, which is in no log.
    private static string Summary(NetworkSettings settings) =>
        $"ipv4 {Words(settings.Ipv4)}; ipv6 {Words(settings.Ipv6)}{(settings.Wifi is { } wifi ? $"; wifi {wifi.Ssid} {wifi.Security}" : "")}";

    private static string Words(AddressSettings settings) => string.Join(
        ' ', new[] { settings.Method.ToString().ToLowerInvariant(), string.Join(',', settings.Addresses), settings.Gateway, string.Join(',', settings.Dns) }.Where(word => word.Length > 0));

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,15}$")]
    private static partial Regex InterfaceName();
}
