using System.Text.Json;
using Appliance.Core;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Health;
using Appliance.FabricGateway.Ledger;
using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Anchoring;

/// <summary>
/// Reads the contract's events from where it stopped. They confirm our transactions a second way, and tell of headers that another
/// companion brought. The checkpoint moves in the transaction of what an event changed.
/// </summary>
public sealed class EventReplay(
    ILedger ledger, GatewayStore store, GatewayOptions options, GatewayMetrics metrics, TimeProvider clock, ILogger<EventReplay> logger)
{
    /// <summary>Works until stopped.</summary>
    public async Task Run(CancellationToken stopping)
    {
        var backOff = new BackOff(options.Anchoring.RetryFirst, options.Anchoring.RetryLongest);
        var said = "";
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var from = await store.Checkpoint(stopping).ConfigureAwait(false);
                await foreach (var seen in ledger.Events(from, stopping).ConfigureAwait(false))
                {
                    backOff.Reset();
                    said = "";
                    metrics.Event();
                    await store.Replayed(seen, Batches(seen), stopping).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is LedgerException or Appliance.Store.StoreException)
            {
                // Each attempt of a long outage would say the same.
                if (said != error.Message)
                    logger.EventsLost(error.Message);
                said = error.Message;
            }

            await Task.Delay(backOff.Next(), clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Headers that an event names; none for other events and for what cannot be read.</summary>
    public static IReadOnlyList<(string Device, long Seq, string Root)> Batches(LedgerEvent seen)
    {
        if (seen.Name != "batches")
            return [];
        try
        {
            var items = JsonSerializer.Deserialize(seen.Payload.Span, LedgerJson.Default.EventItems)?.Items ?? [];
            return [.. items.Where(item => item is { Device: not null, Seq: not null, Root: not null }).Select(item => (item!.Device!, item.Seq!.Value, item.Root!))];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
