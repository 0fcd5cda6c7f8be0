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
            var pruned = await runtime.Store.Maintain(clockIsTrusted: runtime.Time.State.IsSynced != false, stopping);
            foreach (var given in pruned.GivenUp)
                logger.GivenUp(given.Count, given.Destination, given.FirstSeq, given.LastSeq);
        }
        catch (StoreException error)
        {
            logger.MaintenanceFailed(error.Message);
        }
    }
}
