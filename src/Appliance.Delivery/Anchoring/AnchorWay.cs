using System.Threading.Channels;
using Appliance.Core;
using Appliance.Core.Evidence.Anchoring;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Anchoring;

/// <summary>
/// One way to the companion: works in rounds, at its own pace. A round reads what waits from the store, hands it over and returns
/// how long there is nothing to do; something new begins the next one at once, a failure only after its pause.
/// </summary>
internal abstract class AnchorWay(string name, IAnchorSource source, TimeProvider clock, ILogger logger)
{
    /// <summary>Most elements in one request or flight.</summary>
    protected const int PageSize = 100;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_longestAsked = TimeSpan.FromHours(1);

    private readonly BackOff _backOff = new(s_firstPause, s_longestPause);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long _sent;
    private long _receipts;
    private long _unusable;
    private long _lastSuccess;
    private volatile string? _fault;
    private int _startOver;

    public string Name => name;

    public AnchorStatus Status => new(
        name, Interlocked.Read(ref _sent), Interlocked.Read(ref _receipts), Interlocked.Read(ref _unusable),
        Interlocked.Read(ref _lastSuccess) is > 0 and var ticks ? new(ticks, TimeSpan.Zero) : null, _fault);

    protected IAnchorSource Source => source;

    protected TimeProvider Clock => clock;

    protected ILogger Logger => logger;

    /// <summary>Works until stopped; does not throw for what the companion, the network or the disk does.</summary>
    public virtual async Task Run(CancellationToken stopping)
    {
        source.Added += Wake;
        try
        {
            while (!stopping.IsCancellationRequested)
                await RunOnce(stopping).ConfigureAwait(false);
        }
        finally
        {
            source.Added -= Wake;
        }
    }

    /// <summary>The next round begins with the oldest batch again.</summary>
    public void StartOver()
    {
        Interlocked.Exchange(ref _startOver, 1);
        Wake();
    }

    /// <summary>Whether <see cref="StartOver"/> was called since the last time this was asked.</summary>
    protected bool MustStartOver() => Interlocked.Exchange(ref _startOver, 0) != 0;

    /// <summary>Hands over what waits; returns when to look again (null = when something is added).</summary>
    /// <exception cref="AnchorException">It could not.</exception>
    protected abstract Task<TimeSpan?> Round(CancellationToken stopping);

    protected void Wake() => _wake.Writer.TryWrite(true);

    protected void CountSent(int count) => Interlocked.Add(ref _sent, count);

    /// <summary>Keeps receipts; those that are not for this box's headers are counted and told.</summary>
    /// <returns>Why the first of them could not be used; null = all could.</returns>
    protected async Task<string?> Take(IReadOnlyList<(long Seq, byte[] Receipt)> receipts, CancellationToken cancel)
    {
        var answers = await source.AddReceipts(receipts, cancel).ConfigureAwait(false);
        string? first = null;
        for (var i = 0; i < answers.Count; i++)
        {
            if (answers[i] is not { } reason)
            {
                Interlocked.Increment(ref _receipts);
                continue;
            }

            var told = Unusable($"the receipt for batch {receipts[i].Seq}: {reason}");
            first ??= told;
        }

        return first;
    }

    /// <summary>Logs what was refused; whoever was told keeps it.</summary>
    protected void Tell(IReadOnlyList<AnchorRefusal> refusals)
    {
        foreach (var refusal in refusals)
            logger.AnchorRefused(refusal.Id, refusal.Error, refusal.Detail);
    }

    protected string Unusable(string reason)
    {
        var count = Interlocked.Increment(ref _unusable);
        // The first, the tenth, the hundredth…: a flood of nonsense is no flood of log lines.
        if (Math.Log10(count) % 1 == 0)
            logger.CompanionMessageRefused(count, reason);
        return reason;
    }

    private async Task RunOnce(CancellationToken stopping)
    {
        try
        {
            var pause = await Round(stopping).ConfigureAwait(false);
            Works();
            await Idle(pause, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (AnchorException error)
        {
            Fails(error.Message);
            await Pause(Longer(_backOff.Next(), error.After), stopping).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The store, or a bug: what was not marked as sent is read again.
            var pause = _backOff.Next();
            logger.AnchoringInterrupted(name, pause, error);
            await Pause(pause, stopping).ConfigureAwait(false);
        }
    }

    private async Task Idle(TimeSpan? pause, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task woken = _wake.Reader.WaitToReadAsync(over.Token).AsTask();
        if (pause is { } wait)
            await Task.WhenAny(woken, Task.Delay(wait, clock, over.Token)).ConfigureAwait(false);
        else
            await woken.ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        await woken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _wake.Reader.TryRead(out _);
    }

    private async Task Pause(TimeSpan pause, CancellationToken stopping) =>
        await Task.Delay(pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static TimeSpan Longer(TimeSpan pause, TimeSpan? asked) =>
        asked is not { } wish || wish <= pause ? pause : wish < s_longestAsked ? wish : s_longestAsked;

    private void Works()
    {
        Interlocked.Exchange(ref _lastSuccess, clock.GetUtcNow().UtcTicks);
        _backOff.Reset();
        if (_fault is null)
            return;
        _fault = null;
        logger.AnchoringWorks(name);
    }

    private void Fails(string reason)
    {
        // Each attempt of a long outage would say the same.
        if (_fault is null)
            logger.AnchoringFails(name, reason);
        _fault = reason;
    }
}
