using Appliance.Core;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Ipfs;

/// <summary>
/// Brings files to a node one after the other, at its own pace: nothing waits for it, a node that is away is asked again with growing
/// pauses, and what was pinned before a crash is not sent again.
/// </summary>
public sealed class IpfsPinning(IpfsNode node, IPinSource source, string address, TimeProvider clock, ILogger<IpfsPinning> logger)
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(10);

    private readonly BackOff _backOff = new(s_look, s_longest);
    private string? _fault;

    /// <summary>Why nothing is pinned now; null = it works.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Until cancelled.</summary>
    public async Task Run(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = await Step(stopping).ConfigureAwait(false) ? TimeSpan.Zero : s_look;
                _backOff.Reset();
                if (Interlocked.Exchange(ref _fault, null) is not null)
                    logger.PinningWorks(address);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // The node, or our own disk: either way it is tried again, and health says so meanwhile.
                pause = _backOff.Next();
                if (Fault != error.Message)
                    logger.PinningFailed(address, error.Message);
                Volatile.Write(ref _fault, error.Message);
            }

            await Task.Delay(pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One alert's files; false = nothing waits.</summary>
    internal async Task<bool> Step(CancellationToken cancel)
    {
        if (await source.Next(cancel).ConfigureAwait(false) is not { } task)
            return false;

        foreach (var cid in task.Remove)
            await node.Unpin(cid, cancel).ConfigureAwait(false);
        var reasons = new List<string>();
        foreach (var file in task.Add)
        {
            try
            {
                await Add(task, file, cancel).ConfigureAwait(false);
            }
            catch (PinUnavailableException error)
            {
                reasons.Add($"{file.Name}: {error.Message}");
            }
        }

        await source.Finished(task, string.Join("; ", reasons), cancel).ConfigureAwait(false);
        return true;
    }

    private async Task Add(PinTask task, PinFile file, CancellationToken cancel)
    {
        var content = await file.Open(cancel).ConfigureAwait(false) ?? throw new PinUnavailableException("it is not on the box any more");
        await using (content.ConfigureAwait(false))
        {
            var bytes = content.Length;
            var cid = await node.Add(file.Name, content, cancel).ConfigureAwait(false);
            await source.Pinned(task, file.Name, cid, bytes, cancel).ConfigureAwait(false);
        }
    }
}
