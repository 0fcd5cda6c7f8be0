using System.Collections.Concurrent;
using Appliance.Core.Alerts;
using Appliance.Store;
using Appliance.Store.Evidence;

namespace Appliance.Daemon.Evidence.Recording;

/// <summary>
/// From a stored alert to its sealed evidence. The alert never waits for it: outputs are switched and the alert is durable before
/// this hears of it. Waiting for the post-roll costs nothing; pictures and clips are made one at a time.
/// </summary>
internal sealed class EvidenceRecorder : IAsyncDisposable
{
    /// <summary>Alerts whose evidence is being taken; beyond that an alert stays without, with the reason.</summary>
    public const int MaxTakes = 64;

    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_slack = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private readonly EvidenceStore _store;
    private readonly EvidenceWitness _witness;
    private readonly IEvidenceSource _source;
    private readonly EvidenceOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _heavy = new(1, 1);
    private readonly ConcurrentDictionary<AlertId, Task> _takes = new();
    private readonly Task _closing;
    private int _disposed;

    public EvidenceRecorder(
        EvidenceStore store, EvidenceWitness witness, IEvidenceSource source, EvidenceOptions options, TimeProvider clock, ILogger logger)
    {
        (_store, _witness, _source, _options, _clock, _logger) = (store, witness, source, options, clock, logger);
        store.BatchClosed += batch => logger.BatchClosed(batch.Header.Seq, batch.Header.Size);
        _closing = Task.Run(CloseBatches);
    }

    /// <summary>Evidence being taken now.</summary>
    public int Waiting => _takes.Count;

    /// <summary>Sealed since the start.</summary>
    public long Sealed { get; private set; }

    /// <summary>From the end of the post-roll (or the alert, where none is awaited) to the signed manifest on disk, of the last take.</summary>
    public TimeSpan LastDelay { get; private set; }

    /// <summary>Handler of a stored alert; returns at once.</summary>
    public void Take(Alert alert)
    {
        if (!_options.Enabled || !EvidenceStore.IsWanted(alert) || Volatile.Read(ref _disposed) != 0)
        {
            _witness.Take(alert.Id)?.Dispose();
            return;
        }

        // The key is there before the task, so that its own removal comes after.
        var start = new TaskCompletionSource();
        if (_takes.Count >= MaxTakes || !_takes.TryAdd(alert.Id, RunAfter(start.Task, alert)))
        {
            _witness.Take(alert.Id)?.Dispose();
            _ = GiveUp(alert, $"too many alerts at once: the evidence of {MaxTakes} others was being taken");
            return;
        }

        start.SetResult();
    }

    /// <summary>Ends what is being taken: clips are cut short and say so.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        await _stopping.CancelAsync();
        await Task.WhenAll(_takes.Values);
        await _closing;
        _stopping.Dispose();
        _heavy.Dispose();
    }

    private async Task RunAfter(Task start, Alert alert)
    {
        await start.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await Record(new EvidenceTake(alert, _store, _source, _options, _clock));
        }
        catch (StoreException error)
        {
            await GiveUp(alert, error.Message);
        }
        catch (Exception error)
        {
            _logger.EvidenceBug(alert.Id, error);
            await GiveUp(alert, $"internal fault: {error.Message}");
        }
        finally
        {
            _takes.TryRemove(alert.Id, out _);
        }
    }

    private async Task Record(EvidenceTake take)
    {
        var alert = take.Alert;
        take.Begin();
        using (var frame = _witness.Take(alert.Id))
        {
            await _heavy.WaitAsync();
            try
            {
                var whyNot = frame is null && alert.FrameWidth > 0
                    ? "too many alerts at once: the picture had to be given up" : "";
                take.AddPictures(frame, whyNot);
            }
            finally
            {
                _heavy.Release();
            }
        }

        await AwaitPostRoll(take);
        var due = _clock.GetTimestamp();
        await _heavy.WaitAsync();
        try
        {
            take.AddClip(_stopping.IsCancellationRequested);
            take.AddTracks(_witness.Trail(alert.Camera));
        }
        finally
        {
            _heavy.Release();
        }

        await take.Settle();
        if (await _store.Seal(take.Finish(), CancellationToken.None) is { } record)
        {
            Sealed++;
            LastDelay = _clock.GetElapsedTime(due);
            _logger.EvidenceSealed(alert.Id, alert.Camera, record.Bytes, record.Reason.Length > 0 ? record.Reason : "complete");
        }
    }

    private async Task AwaitPostRoll(EvidenceTake take)
    {
        try
        {
            while (take.WantsMore && _clock.GetUtcNow() < take.Due + s_patience)
            {
                var left = take.Due + s_slack - _clock.GetUtcNow();
                var pause = left <= TimeSpan.Zero ? s_slack : left < s_poll ? left : s_poll;
                await Task.Delay(pause, _clock, _stopping.Token);
                take.Collect();
            }
        }
        catch (OperationCanceledException)
        {
            take.Collect();
        }
    }

    private async Task GiveUp(Alert alert, string reason)
    {
        _logger.EvidenceMissing(alert.Id, alert.Camera, reason);
        try
        {
            await _store.GiveUp(alert.Id, reason, CancellationToken.None);
        }
        catch (StoreException)
        {
            // The next start marks it: it waits in the index.
        }
    }

    private async Task CloseBatches()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(s_tick, _clock, _stopping.Token);
                await _store.CloseBatch(_options.BatchInterval, _stopping.Token);
            }
            catch (StoreException error)
            {
                _logger.LogUnwritable(error.Message);
            }
            catch (OperationCanceledException)
            {
                // How it ends.
            }
        }
    }
}
