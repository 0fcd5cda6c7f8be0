using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Appliance.Daemon.Platform.Clock;
using Appliance.Daemon.Platform.Power;
using Appliance.Delivery.Mqtt;
using Appliance.Native.DBus;
using Appliance.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Appliance.Daemon.Endpoints;

/// <summary>The box as a whole.</summary>
internal static class SystemEndpoints
{
    public static void MapSystem(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/system").WithTags("System").RequireAuthorization(Policies.Viewer);
        group.MapGet("", Get);
        group.MapGet("/certificate", Certificate);
        group.MapGet("/store", Store).RequireAuthorization(Policies.Technician);
        group.MapPost("/reboot", (ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
            Power(PowerAction.Reboot, runtime, http, cancel)).RequireAuthorization(Policies.Admin).WithSummary("Restarts the machine.");
        group.MapPost("/poweroff", (ApplianceRuntime runtime, HttpContext http, CancellationToken cancel) =>
            Power(PowerAction.PowerOff, runtime, http, cancel)).RequireAuthorization(Policies.Admin).WithSummary("Switches the machine off.");
        group.MapPost("/key-rotation", RotateKey).RequireAuthorization(Policies.Admin);
    }

    /// <summary>Who and where the box is, since when it runs, and how it does.</summary>
    private static Ok<SystemView> Get(ApplianceRuntime runtime, ApplianceOptions options)
    {
        var report = runtime.Health.Report();
        return TypedResults.Ok(new SystemView(
            options.Appliance.Name, runtime.Options.Identity.Serial, options.Appliance.Site, options.Appliance.Position,
            RuntimeOptionsFactory.Version, runtime.Options.Identity.BootId, runtime.StartedAt, runtime.Clock.GetUtcNow(), report.Status,
            [.. report.Faults.Select(fault => new FaultView(fault.Component, fault.Reason))],
            runtime.Store.Watchlist.Count, report.OutboxDepth, runtime.Pipeline.Alerts.StoredCount, runtime.Mqtt.Delivered,
            runtime.Options.Mqtt.Enabled ? runtime.Mqtt.Health : null, ClockView.From(runtime.Time)));
    }

    /// <summary>The certificate by which this box's alerts are verified (PEM): consumers collect it once, over a way they trust.</summary>
    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> Certificate(ApplianceRuntime runtime, CancellationToken cancel)
    {
        var file = Path.Combine(runtime.Options.Store.DataDirectory, "device.crt");
        return File.Exists(file)
            ? TypedResults.Content(await File.ReadAllTextAsync(file, cancel), "application/x-pem-file")
            : Problems.NotFound("certificate", "device");
    }

    /// <summary>The database: size, free space, what is wrong with it.</summary>
    private static Ok<StoreHealth> Store(ApplianceRuntime runtime) => TypedResults.Ok(runtime.Store.Health());

    /// <summary>Makes a new key, encrypts every record with it and destroys the old one. Answers when the old key is gone.</summary>
    private static async Task<NoContent> RotateKey(ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        await runtime.Store.RotateKey(Caller.Of(http), cancel);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Accepted, ProblemHttpResult>> Power(
        PowerAction action, ApplianceRuntime runtime, HttpContext http, CancellationToken cancel)
    {
        // Before the deed: afterwards there may be no time.
        var word = action.ToString().ToLowerInvariant();
        await runtime.Store.Audit.Append(Caller.Of(http), "system." + word, "", "", cancel);
        try
        {
            await runtime.Power.Do(action, cancel);
            return TypedResults.Accepted((string?)null);
        }
        catch (BusException error)
        {
            return Problems.Unavailable(error switch
            {
                { IsServiceMissing: true } => "systemd-logind is not on this machine.",
                { IsDenied: true } => "systemd-logind does not let this service: is systemd/60-watchpost-polkit.rules installed?",
                _ => error.Message,
            });
        }
    }
}

/// <summary>The box.</summary>
/// <param name="Name">Name of the place.</param>
/// <param name="Serial">Serial number.</param>
/// <param name="Site">Site it belongs to.</param>
/// <param name="Position">Where on the site it stands.</param>
/// <param name="Version">Of the software.</param>
/// <param name="BootId">This run of the daemon.</param>
/// <param name="StartedAt">Start of this run, UTC.</param>
/// <param name="Now">The box's clock, UTC.</param>
/// <param name="Status">ok, degraded or failed.</param>
/// <param name="Faults">What is wrong, most serious first.</param>
/// <param name="Persons">On the watchlist.</param>
/// <param name="OutboxDepth">Alerts not yet delivered.</param>
/// <param name="AlertsStored">Since the start.</param>
/// <param name="AlertsDelivered">To the broker, since the start.</param>
/// <param name="Broker">State of the MQTT session; null = switched off.</param>
/// <param name="Clock">Whether the time can be believed.</param>
internal sealed record SystemView(
    string Name, string Serial, string Site, string Position, string Version, Guid BootId, DateTimeOffset StartedAt, DateTimeOffset Now,
    HealthStatus Status, IReadOnlyList<FaultView> Faults, int Persons, long OutboxDepth, long AlertsStored, long AlertsDelivered,
    MqttHealth? Broker, ClockView Clock);

/// <summary>Whether the box's time can be believed.</summary>
/// <param name="Synced">Whether it follows a time source; null = nobody tells.</param>
/// <param name="Since">Since when, UTC.</param>
/// <param name="Source">Who says so: timedate1, kernel, systemd-timesyncd, or empty.</param>
/// <param name="LastJumpAt">When the clock was last set since the start, by the new time; null = never.</param>
/// <param name="LastJumpSeconds">By how much; negative = back.</param>
internal sealed record ClockView(bool? Synced, DateTimeOffset Since, string Source, DateTimeOffset? LastJumpAt, double? LastJumpSeconds)
{
    public static ClockView From(ClockWatch time) => new(
        time.State.IsSynced, time.State.Since, time.State.Source, time.LastJump?.To, time.LastJump?.By.TotalSeconds);
}
