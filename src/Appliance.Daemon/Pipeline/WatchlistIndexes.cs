using Appliance.Core.Recognition;
using Appliance.Core.Recognition.Index;
using Appliance.Store.Watchlist;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// The watchlist in memory, once per embedder somebody searches with: the live one always, another one while it is made ready or
/// compared. Each follows the store until nobody holds it any more. Thread-safe.
/// </summary>
internal sealed class WatchlistIndexes(WatchlistStore watchlist) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private string _live = "";

    /// <summary>The live embedder's; null until it is loaded.</summary>
    public FlatIndex? Live
    {
        get
        {
            lock (_gate)
                return _entries.GetValueOrDefault(_live)?.Index;
        }
    }

    /// <summary>The index of the templates of this embedder, filled. Dispose the lease to let go of it.</summary>
    public IndexLease Lease(IFaceEmbedder embedder)
    {
        Entry? entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(embedder.Model, out entry))
                _entries.Add(embedder.Model, entry = new Entry(new FlatIndex(embedder.Model, embedder.Dimensions)));
            entry.Holders++;
        }

        try
        {
            // Not under the common lock: filling reads the whole watchlist, and others go on searching meanwhile.
            lock (entry.Filling)
                entry.Feed ??= watchlist.Feed(entry.Index).GetAwaiter().GetResult();
            return new(this, entry.Index);
        }
        catch
        {
            Release(embedder.Model);
            throw;
        }
    }

    /// <summary>This embedder is the live one from now on: its index stays, also while nobody holds it.</summary>
    public void KeepLive(string model)
    {
        string before;
        lock (_gate)
            (before, _live) = (_live, model);
        if (before != model)
            DropIfLeft(before);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
                entry.Feed?.Dispose();
            _entries.Clear();
        }
    }

    private void Release(string model)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(model, out var entry))
                entry.Holders--;
        }

        DropIfLeft(model);
    }

    private void DropIfLeft(string model)
    {
        lock (_gate)
        {
            if (model == _live || !_entries.TryGetValue(model, out var entry) || entry.Holders > 0)
                return;

            entry.Feed?.Dispose();
            _entries.Remove(model);
        }
    }

    /// <summary>A hold on an index.</summary>
    internal sealed class IndexLease(WatchlistIndexes owner, FlatIndex index) : IDisposable
    {
        private int _disposed;

        public FlatIndex Index => index;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                owner.Release(index.Model);
        }
    }

    private sealed class Entry(FlatIndex index)
    {
        public FlatIndex Index => index;

        public Lock Filling { get; } = new();

        public IDisposable? Feed { get; set; }

        public int Holders { get; set; }
    }
}
