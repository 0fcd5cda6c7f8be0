using System.Threading.Channels;
using Appliance.Daemon.Pipeline;
using Appliance.Store;
using Appliance.Store.Watchlist;

namespace Appliance.Daemon.Evidence.Anchoring;

/// <summary>
/// Signs a new version of the watchlist after each change of it or of the model that searches it. Beside the change, never in its way; changes
/// within a second are one version.
/// </summary>
internal sealed class WatchlistWitness(ApplianceStore store, RecognizerFactory recognizers, TimeProvider clock, ILogger<WatchlistWitness> logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan s_gather = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private Task _working = Task.CompletedTask;

    /// <summary>From now on, beginning with what was changed while the daemon did not run.</summary>
    public void Start()
    {
        store.Watchlist.Changed += OnChanged;
        recognizers.Replaced += Wake;
        Wake();
        _working = Task.Run(() => Run(_stopping.Token));
    }

    public async ValueTask DisposeAsync()
    {
        store.Watchlist.Changed -= OnChanged;
        recognizers.Replaced -= Wake;
        await _stopping.CancelAsync();
        await _working;
        _stopping.Dispose();
    }

    private void OnChanged(PersonChanged change) => Wake();

    private void Wake() => _changed.Writer.TryWrite(true);

    private async Task Run(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _changed.Reader.ReadAsync(stopping);
                await Task.Delay(s_gather, clock, stopping);
                _changed.Reader.TryRead(out _);
                if (await store.WatchlistVersions.Record(recognizers.Index?.Model, stopping) is { } version)
                    logger.WatchlistSigned(version.Version, version.Persons);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (StoreException error)
            {
                logger.WatchlistUnsigned(error.Message);
                Wake();
                await Task.Delay(s_retry, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
