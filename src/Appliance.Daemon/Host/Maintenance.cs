using System.Globalization;
using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Daemon.Pipeline;
using Appliance.Store;

namespace Appliance.Daemon.Host;

/// <summary>Hourly: retention, expired sessions, return of free space.</summary>
internal sealed class Maintenance(ApplianceRuntime runtime, ILogger<Maintenance> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(s_interval, runtime.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                await RunOnce(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // How it ends.
        }
    }

    private async Task RunOnce(CancellationToken stopping)
    {
        try
        {
            var pruned = await runtime.Store.Maintain(runtime.Time.State.IsSynced != false, Tell, stopping);
            foreach (var given in pruned.GivenUp)
                logger.GivenUp(given.Count, given.Destination, given.FirstSeq, given.LastSeq);
            // Durable and numbered already: storing an id again changes nothing, but rules and outputs learn of it like of any other.
            foreach (var alert in pruned.Events)
                runtime.Pipeline.Alerts.Raise(alert);
        }
        catch (StoreException error)
        {
            logger.MaintenanceFailed(error.Message);
        }
    }

    private Alert Tell(AlertGap gap)
    {
        var now = runtime.Clock.GetUtcNow();
        var who = gap.LackedBy.Count > 0 ? string.Join(", ", gap.LackedBy) : gap.Destination;
        return new()
        {
            Id = new(Ulid.New(now)),
            BootId = runtime.Options.Identity.BootId,
            Kind = AlertKinds.DataGap,
            Severity = Severity.Warning,
            Camera = CameraId.Box,
            Utc = now,
            ClockSynced = runtime.Time.State.IsSynced,
            Detail = string.Create(
                CultureInfo.InvariantCulture, $"{who} did not take {gap.Count} alerts, {gap.FirstSeq} to {gap.LastSeq}, within the retention time"),
            Gap = gap,
        };
    }
}
