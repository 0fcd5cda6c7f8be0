using System.Collections.Concurrent;
using Appliance.Core;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Ledger;
using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Anchoring;

/// <summary>
/// Carries on what an earlier run left, then keeps up to MaxInFlight transactions under way: takes what waits, in groups, each in a
/// <see cref="Flight"/> of its own.
/// </summary>
public sealed class AnchorService(
    ILedger ledger, GatewayStore store, Flight flight, GatewayOptions options, TimeProvider clock,
    ILogger<AnchorService> logger)
{
    // The command line changes the same file without telling us.
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(2);

    // Enough for every slot to leave full.
    private const int Window = 2000;

    private readonly SemaphoreSlim _news = new(0, 1);
    private readonly ConcurrentDictionary<long, bool> _held = new();
    private readonly ConcurrentDictionary<Task, bool> _flights = new();
    private readonly SemaphoreSlim _slots = new(options.Anchoring.MaxInFlight, options.Anchoring.MaxInFlight);

    /// <summary>Transactions under way.</summary>
    public int InFlight => options.Anchoring.MaxInFlight - _slots.CurrentCount;

    /// <summary>Works until stopped; returns when no flight is left.</summary>
    public async Task Run(CancellationToken stopping)
    {
        store.ItemsAdded += Wake;
        var backOff = new BackOff(options.Anchoring.RetryFirst, options.Anchoring.RetryLongest);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                try
                {
                    if (!options.Anchoring.DryRun)
                        await CarryOn(stopping).ConfigureAwait(false);
                    await Work(stopping).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (stopping.IsCancellationRequested)
                {
                }
                catch (Exception error)
                {
                    logger.AnchoringBroke(error);
                    await Task.Delay(backOff.Next(), clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        finally
        {
            store.ItemsAdded -= Wake;
            await Task.WhenAll(_flights.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CarryOn(CancellationToken stopping)
    {
        var open = (await store.OpenTransactions(stopping).ConfigureAwait(false)).FindAll(one => !one.Items.Any(item => _held.ContainsKey(item.Id)));
        if (open.Count == 0)
            return;

        logger.CarriedOn(open.Count);
        foreach (var transaction in open)
            await Start(transaction.Items, () => flight.Resume(transaction, stopping), stopping).ConfigureAwait(false);
    }

    private async Task Work(CancellationToken stopping)
    {
        while (true)
        {
            var found = await store.Pending(0, Window + _held.Count, stopping).ConfigureAwait(false);
            var pending = found.FindAll(item => !_held.ContainsKey(item.Id));
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var groups = AnchorPlan.Group(pending, options.Anchoring.MaxHeaders, now - (long)options.Anchoring.Gather.TotalMilliseconds);
            foreach (var group in groups)
                await Start(group, () => options.Anchoring.DryRun ? Simulate(group, stopping) : flight.Run(group, stopping), stopping).ConfigureAwait(false);

            // A full window: there may be more behind it.
            if (groups.Count > 0 && pending.Count >= Window)
                continue;
            await Pause(AnchorPlan.NextDue(pending.FindAll(item => !_held.ContainsKey(item.Id)), options.Anchoring.Gather), now, stopping).ConfigureAwait(false);
        }
    }

    private async Task Pause(long? due, long now, CancellationToken stopping)
    {
        var pause = due is { } at ? TimeSpan.FromMilliseconds(Math.Clamp(at - now, 1, (long)s_look.TotalMilliseconds)) : s_look;
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var timer = Task.Delay(pause, clock, wait.Token);
        var news = _news.WaitAsync(wait.Token);
        await Task.WhenAny(timer, news).ConfigureAwait(false);
        await wait.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(timer, news).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for a free slot, then lets the flight go.</summary>
    private async Task Start(IReadOnlyList<PendingItem> items, Func<Task> go, CancellationToken stopping)
    {
        await _slots.WaitAsync(stopping).ConfigureAwait(false);
        foreach (var item in items)
            _held[item.Id] = true;
        var task = Guard(items, go, stopping);
        _flights[task] = true;
        _ = task.ContinueWith(done => _flights.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private async Task Guard(IReadOnlyList<PendingItem> items, Func<Task> go, CancellationToken stopping)
    {
        await Task.Yield();
        try
        {
            await go().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            // Its items stay as they were written down; a pause keeps a fault that repeats from filling the log.
            logger.AnchoringBroke(error);
            await Task.Delay(options.Anchoring.RetryLongest, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            // What was only simulated stays held: it still waits, and once is enough.
            if (!options.Anchoring.DryRun)
            {
                foreach (var item in items)
                    _held.TryRemove(item.Id, out _);
            }

            _slots.Release();
            Wake();
        }
    }

    private async Task Simulate(IReadOnlyList<PendingItem> items, CancellationToken stopping)
    {
        try
        {
            var result = await ledger.Evaluate(AnchorCalls.For(items), stopping).ConfigureAwait(false);
            var verdicts = AnchorCalls.Verdicts(items, result);
            logger.DryRun(
                items.Count, items[0].Kind.ToString(), verdicts.Count(one => one.Kind == VerdictKind.Written), verdicts.Count(one => one.Kind == VerdictKind.Exists),
                verdicts.Count(one => one.Kind == VerdictKind.Refused), verdicts.FirstOrDefault(one => one.Reason is not null)?.Reason ?? "");
        }
        catch (LedgerException error)
        {
            logger.DryRun(items.Count, items[0].Kind.ToString(), 0, 0, items.Count, error.Message);
        }
    }

    private void Wake()
    {
        try
        {
            _news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }
}
