using Appliance.Store.Alerts;
using Appliance.Store.Audit;
using Appliance.Store.Settings;
using Appliance.Store.Users;
using Appliance.Store.Watchlist;
using Microsoft.Extensions.Logging;

namespace Appliance.Store;

/// <summary>Opens the data folder and holds its rooms. One process at a time.</summary>
public sealed class ApplianceStore : IAsyncDisposable
{
    /// <summary>
    /// Opens or makes the database, brings it up to date and checks it. A damaged one is set aside and reported in
    /// <see cref="Health"/>; a new one continues its alert numbers.
    /// </summary>
    /// <exception cref="StoreException">Library missing, folder not writable, in use, or written by a newer program.</exception>
    public static Task<ApplianceStore> Open(
        StoreOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    public AlertLog Alerts => throw new NotImplementedException();

    public WatchlistStore Watchlist => throw new NotImplementedException();

    public WatchlistBundles Bundles => throw new NotImplementedException();

    public AuditLog Audit => throw new NotImplementedException();

    public UserStore Users => throw new NotImplementedException();

    public TokenStore Tokens => throw new NotImplementedException();

    public ClaimCode ClaimCode => throw new NotImplementedException();

    public SettingsStore Settings => throw new NotImplementedException();

    /// <summary>The queue of a destination of the options.</summary>
    /// <exception cref="ArgumentException">Not one of <see cref="StoreOptions.Destinations"/>.</exception>
    public Outbox Outbox(string destination) => throw new NotImplementedException();

    /// <summary>
    /// Makes a new key, encrypts every record with it and destroys the old one. Goes on after a crash at the next start.
    /// Completes when the old key is gone.
    /// </summary>
    /// <exception cref="StoreException">The key comes from systemd: the operator provides the new one.</exception>
    public Task RotateKey(Actor by, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Retention, expired sessions, return of free space, log. Call it hourly.</summary>
    public Task<PruneResult> Maintain(CancellationToken cancel = default) => throw new NotImplementedException();

    public StoreHealth Health() => throw new NotImplementedException();

    /// <summary>Writes what is queued and closes.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
