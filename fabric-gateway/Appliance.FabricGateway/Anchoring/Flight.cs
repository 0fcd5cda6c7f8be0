using System.Diagnostics;
using Appliance.Core;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Health;
using Appliance.FabricGateway.Ledger;
using Appliance.FabricGateway.Store;
using Appliance.Store;

namespace Appliance.FabricGateway.Anchoring;

/// <summary>
/// Brings one group of items onto the ledger: endorse, write down, submit, write down, wait for the commit, write down. Returns when
/// every item has its place or is parked; faults of the network are waited out here, with back-off. Whatever is killed in between is
/// carried on from what was written down.
/// </summary>
public sealed class Flight(
    ILedger ledger, GatewayStore store, GatewayOptions options, LedgerWatch watch, GatewayMetrics metrics, TimeProvider clock, ILogger<Flight> logger)
{
    // A restarted outbox asks first, and briefly: most transactions of the run before were submitted and committed.
    private static readonly TimeSpan s_firstQuestion = TimeSpan.FromSeconds(5);

    /// <summary>New items, all of one kind.</summary>
    public async Task Run(IReadOnlyList<PendingItem> items, CancellationToken stopping)
    {
        while (await Endorse(items, stopping).ConfigureAwait(false) is { } open)
        {
            if (await Carry(open, wasSubmitted: false, stopping).ConfigureAwait(false))
                return;

            // Void because of a conflict: its items wait again, and go again with a new proposal.
            items = open.Items;
        }
    }

    /// <summary>A transaction of an earlier run.</summary>
    public async Task Resume(OpenTransaction open, CancellationToken stopping)
    {
        if (!await Carry(open, wasSubmitted: true, stopping).ConfigureAwait(false) && open.Items.Count > 0)
            await Run(open.Items, stopping).ConfigureAwait(false);
    }

    /// <summary>Null: nothing is to be submitted, and all items are settled.</summary>
    private async Task<OpenTransaction?> Endorse(IReadOnlyList<PendingItem> items, CancellationToken stopping)
    {
        var call = AnchorCalls.For(items);
        EndorsedCall endorsed;
        IReadOnlyList<ItemVerdict> verdicts;
        try
        {
            endorsed = await Persist(LedgerStep.Endorse, () => ledger.Endorse(call, stopping), stopping).ConfigureAwait(false);
            verdicts = AnchorCalls.Verdicts(items, endorsed.Result);
        }
        catch (LedgerException refused) when (refused.Fault == LedgerFault.Refused)
        {
            await Refused(items, refused, stopping).ConfigureAwait(false);
            return null;
        }

        var written = new List<PendingItem>(items.Count);
        var others = new List<Settlement>();
        for (var i = 0; i < items.Count; i++)
        {
            if (verdicts[i].Kind == VerdictKind.Written)
                written.Add(items[i]);
            else
                others.Add(await Settle(items[i], verdicts[i], stopping).ConfigureAwait(false));
        }

        if (written.Count == 0)
        {
            await Store(() => store.Settle(others, stopping), stopping).ConfigureAwait(false);
            return null;
        }

        return await Store(() => store.Endorsed(call.Function, endorsed, written, others, stopping), stopping).ConfigureAwait(false);
    }

    /// <summary>True: committed (or its items are settled otherwise); false: void, to be proposed again.</summary>
    private async Task<bool> Carry(OpenTransaction open, bool wasSubmitted, CancellationToken stopping)
    {
        var patience = wasSubmitted ? s_firstQuestion : options.Fabric.CommitTimeout;
        var ask = wasSubmitted;
        while (true)
        {
            LedgerException? denied = null;
            if (!ask)
            {
                try
                {
                    await Persist(LedgerStep.Submit, () => Submit(open, stopping), stopping, giveUpWhenDenied: true).ConfigureAwait(false);
                }
                catch (LedgerException error)
                {
                    // It may have arrived all the same: the commit decides.
                    (denied, patience) = (error, s_firstQuestion);
                }
            }

            var commit = await Persist(LedgerStep.Commit, () => ledger.Status(open.TransactionId, patience, stopping), stopping).ConfigureAwait(false);
            if (commit is { Code: LedgerCommit.Duplicate })
                commit = await Persist(LedgerStep.Commit, () => ledger.Status(open.TransactionId, patience, stopping), stopping).ConfigureAwait(false);
            if (commit is not null)
                return await Ended(open, commit, stopping).ConfigureAwait(false);
            if (await Store(() => store.IsOver(open.Id, stopping), stopping).ConfigureAwait(false))
                return Counted(open);
            if (denied is not null)
                return await GiveUp(open, denied, stopping).ConfigureAwait(false);

            // Not in a block: the same envelope once more. The ledger takes it once, whatever came through.
            (ask, patience) = (false, options.Fabric.CommitTimeout);
        }
    }

    private async Task<bool> Submit(OpenTransaction open, CancellationToken stopping)
    {
        await ledger.Submit(open.Envelope, stopping).ConfigureAwait(false);
        // Nobody waits for this line: without it a restart asks for the commit as well.
        _ = store.Submitted(open.Id, CancellationToken.None).ContinueWith(
            write => write.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return true;
    }

    private async Task<bool> Ended(OpenTransaction open, LedgerCommit commit, CancellationToken stopping)
    {
        if (commit.IsValid)
        {
            await Store(() => store.Committed(open.Id, commit.Block, stopping), stopping).ConfigureAwait(false);
            return Counted(open);
        }

        metrics.Voided();
        var reason = commit.IsConflict ? null : $"the transaction was not valid (code {commit.Code})";
        logger.Voided(open.TransactionId, commit.Code, reason is null ? "its items go again" : "its items are parked");
        await Store(() => store.Voided(open.Id, commit.Code, reason, stopping), stopping).ConfigureAwait(false);
        return reason is not null;
    }

    private bool Counted(OpenTransaction open)
    {
        metrics.Committed();
        if (open.Items.Count > 0)
            metrics.Anchored(open.Items[0].Kind, open.Items.Count);
        return true;
    }

    /// <summary>
    /// The orderer will not take this envelope, ever (the certificate that signed it has ended, say), and no block has it. The contract
    /// keeps a second proposal harmless: what came through after all answers «exists».
    /// </summary>
    private async Task<bool> GiveUp(OpenTransaction open, LedgerException denied, CancellationToken stopping)
    {
        metrics.Voided();
        logger.Voided(open.TransactionId, -1, $"the orderer does not take it: {denied.Message}");
        await Store(() => store.Voided(open.Id, null, null, stopping), stopping).ConfigureAwait(false);
        await Task.Delay(options.Anchoring.RetryLongest, clock, stopping).ConfigureAwait(false);
        return false;
    }

    private async Task Refused(IReadOnlyList<PendingItem> items, LedgerException refused, CancellationToken stopping)
    {
        if (items.Count > 1)
        {
            // One of them is at fault, and the contract did not say which.
            foreach (var item in items)
                await Run([item], stopping).ConfigureAwait(false);
            return;
        }

        logger.Parked(items[0].Kind.ToString(), items[0].Key, refused.Message);
        metrics.Parked(items[0].Kind, 1);
        await Store(() => store.Settle([new(items[0].Id, null, refused.Message)], stopping), stopping).ConfigureAwait(false);
    }

    private async Task<Settlement> Settle(PendingItem item, ItemVerdict verdict, CancellationToken stopping)
    {
        if (verdict.Kind == VerdictKind.Refused)
        {
            logger.Parked(item.Kind.ToString(), item.Key, verdict.Reason!);
            metrics.Parked(item.Kind, 1);
            return new(item.Id, null, verdict.Reason);
        }

        metrics.Anchored(item.Kind, 1);
        long? block = null;
        if (verdict.TransactionId is { Length: > 0 } transaction)
        {
            try
            {
                block = (await ledger.Status(transaction, options.Fabric.SubmitTimeout, stopping).ConfigureAwait(false))?.Block;
            }
            catch (LedgerException)
            {
                // A receipt without its block is still one: the transaction is what is looked up.
            }
        }

        return new(item.Id, new(verdict.TransactionId ?? "", block, clock.GetUtcNow().ToUnixTimeMilliseconds()), null);
    }

    /// <summary>One step of the ledger, again and again until it answers. What the contract refuses is thrown at once.</summary>
    private async Task<T> Persist<T>(LedgerStep step, Func<Task<T>> attempt, CancellationToken stopping, bool giveUpWhenDenied = false)
    {
        var backOff = new BackOff(options.Anchoring.RetryFirst, options.Anchoring.RetryLongest);
        while (true)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                var answer = await attempt().ConfigureAwait(false);
                metrics.Step(step, Stopwatch.GetElapsedTime(started), failed: false);
                watch.Answered();
                return answer;
            }
            catch (LedgerException error)
            {
                metrics.Step(step, Stopwatch.GetElapsedTime(started), failed: true);
                if (error.Fault == LedgerFault.Refused)
                {
                    watch.Answered();
                    throw;
                }

                watch.Failed(error);
                if (error.Fault == LedgerFault.Denied && giveUpWhenDenied)
                    throw;
            }

            await Task.Delay(backOff.Next(), clock, stopping).ConfigureAwait(false);
        }
    }

    /// <summary>A step of the store, again and again: a full disk must not lose track of a transaction.</summary>
    private async Task<T> Store<T>(Func<Task<T>> write, CancellationToken stopping)
    {
        var backOff = new BackOff(options.Anchoring.RetryFirst, options.Anchoring.RetryLongest);
        while (true)
        {
            try
            {
                return await write().ConfigureAwait(false);
            }
            catch (StoreException error) when (error.Fault != StoreFault.Closed)
            {
                logger.StoreFailed(error.Message);
            }

            await Task.Delay(backOff.Next(), clock, stopping).ConfigureAwait(false);
        }
    }

    private Task<bool> Store(Func<Task> write, CancellationToken stopping) => Store(
        async () =>
        {
            await write().ConfigureAwait(false);
            return true;
        },
        stopping);
}
