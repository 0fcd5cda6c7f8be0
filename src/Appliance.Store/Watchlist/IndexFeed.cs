using System.Threading.Channels;
using Appliance.Core.Recognition;
using Appliance.Store.Database;
using Microsoft.Extensions.Logging;

namespace Appliance.Store.Watchlist;

/// <summary>
/// Keeps an index as the watchlist is now. Everything goes through one worker that reads the current state of a person and puts
/// it: applied twice or late it ends the same, so changes during the first fill need no care.
/// </summary>
internal sealed class IndexFeed : IDisposable
{
    private const int PersonsPerRead = 200;
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    private readonly WatchlistStore _watchlist;
    private readonly StoreDatabase _database;
    private readonly PhotoRow _photos;
    private readonly IWatchlistIndex _index;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping;
    private readonly Channel<PersonId> _changed = Channel.CreateUnbounded<PersonId>(new() { SingleReader = true });

    // Those in the index now; only the worker uses it.
    private readonly HashSet<PersonId> _listed = [];

    internal IndexFeed(
        WatchlistStore watchlist, StoreDatabase database, PhotoRow photos, IWatchlistIndex index, TimeProvider clock, ILogger logger,
        CancellationToken closing)
    {
        (_watchlist, _database, _photos, _index, _clock, _logger) = (watchlist, database, photos, index, clock, logger);
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(closing);
        _watchlist.Changed += OnChanged;
    }

    /// <summary>Loads everyone who matches now, then follows in the background.</summary>
    internal async Task Fill(CancellationToken cancel)
    {
        var all = new List<(PersonId, IReadOnlyList<float[]>)>();
        long after = long.MinValue;
        while (true)
        {
            // Short reads: a long one would keep the write-ahead log from being emptied.
            var from = after;
            var page = await _database.Read(session => Page(session, from), cancel).ConfigureAwait(false);
            foreach (var (_, id, templates) in page)
            {
                if (Matches(id, templates))
                    all.Add((id, templates));
            }

            if (page.Count < PersonsPerRead)
                break;
            after = page[^1].Key;
        }

        _index.Load(all);
        _listed.UnionWith(all.Select(person => person.Item1));
        _ = Task.Run(() => Follow(_stopping.Token), CancellationToken.None);
    }

    public void Dispose()
    {
        _watchlist.Changed -= OnChanged;
        _stopping.Cancel();
    }

    private void OnChanged(PersonChanged change) => _changed.Writer.TryWrite(change.Id);

    private async Task Follow(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Next(stopping).ConfigureAwait(false);
                while (_changed.Reader.TryPeek(out var id))
                {
                    await Refresh(id, stopping).ConfigureAwait(false);
                    _changed.Reader.TryRead(out _);
                }

                Expire();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // The disk, or a bug: either way an index that silently stays behind would be worse. The person stays first in line.
                _logger.FeedFailed(error.Message);
                await Task.Delay(s_retry, _clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Until something changes or the next person expires.</summary>
    private async Task Next(CancellationToken stopping)
    {
        var expiry = _watchlist.All.Where(person => _listed.Contains(person.Id)).Min(person => person.ExpiresAt);
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var change = _changed.Reader.WaitToReadAsync(woken.Token).AsTask();
        if (expiry is null)
        {
            await change.ConfigureAwait(false);
            return;
        }

        // A clock that jumps is noticed within the hour.
        var wait = TimeSpan.FromTicks(Math.Clamp((expiry.Value - _clock.GetUtcNow()).Ticks, 0, TimeSpan.TicksPerHour));
        await Task.WhenAny(change, Task.Delay(wait, _clock, woken.Token)).ConfigureAwait(false);
        stopping.ThrowIfCancellationRequested();
        await woken.CancelAsync().ConfigureAwait(false);
    }

    private async Task Refresh(PersonId id, CancellationToken cancel)
    {
        try
        {
            Put(id, await _watchlist.Templates(id, _index.Model, cancel).ConfigureAwait(false));
        }
        catch (StoreException error) when (error.Fault is StoreFault.KeyMissing or StoreFault.Tampered)
        {
            Put(id, []);
        }
    }

    private void Expire()
    {
        var now = _clock.GetUtcNow();
        foreach (var person in _watchlist.All.Where(person => person.ExpiresAt <= now && _listed.Contains(person.Id)).ToList())
            Put(person.Id, []);
    }

    private void Put(PersonId id, IReadOnlyList<float[]> templates)
    {
        var matches = Matches(id, templates);
        if (matches)
            _listed.Add(id);
        else if (!_listed.Remove(id))
            return;
        _index.Put(id, matches ? templates : []);
    }

    private bool Matches(PersonId id, IReadOnlyList<float[]> templates) =>
        templates.Count > 0 && _watchlist.Find(id) is { } person && !(person.ExpiresAt <= _clock.GetUtcNow());

    private List<(long Key, PersonId Id, List<float[]> Templates)> Page(Session session, long after) =>
        [.. session.All(
                "SELECT key, id FROM persons WHERE staged = 0 AND key > ?1 ORDER BY key LIMIT ?2",
                row => (Key: row.GetInt64(0), Id: new PersonId(row.GetString(1))), after, PersonsPerRead)
            .Select(person => (person.Key, person.Id, Readable(session, person.Key, person.Id)))];

    // One template that does not open must not keep all others from being found.
    private List<float[]> Readable(Session session, long key, PersonId id)
    {
        try
        {
            return _photos.Templates(session, key, id, _index.Model);
        }
        catch (StoreException error) when (error.Fault is StoreFault.KeyMissing or StoreFault.Tampered)
        {
            return [];
        }
    }
}
