using Appliance.Store.Audit;
using Appliance.Store.Database;
using Appliance.Store.Keys;

namespace Appliance.Store.Watchlist;

/// <summary>
/// The watchlist as one encrypted file: PBKDF2-SHA256 (600,000) over a passphrase of 12 characters or more, AES-256-GCM in
/// chunks (STREAM construction, Hoang et al. 2015), header authenticated.
/// </summary>
public sealed class WatchlistBundles
{
    internal WatchlistBundles(StoreDatabase database, KeyRing keys, AuditLog audit, WatchlistStore watchlist, StoreOptions options, TimeProvider clock)
    {
    }

    /// <summary>Writes all persons with photos and templates.</summary>
    public Task<int> Export(Stream target, string passphrase, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>All or nothing; alerts go on being stored meanwhile.</summary>
    /// <exception cref="StoreException"><see cref="StoreFault.Tampered"/>: wrong passphrase, changed or cut file.</exception>
    public Task<ImportResult> Import(
        Stream source, string passphrase, ImportPolicy policy, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();
}
