using Appliance.Store.Audit;

namespace Appliance.Store.Watchlist;

/// <summary>What an import does with a person who is there already (same id).</summary>
public enum ImportPolicy
{
    Skip,
    Replace,

    /// <summary>Imports nothing at all.</summary>
    Fail,
}

/// <summary>What an import did; nothing at all happened where <paramref name="Conflicts"/> made it fail.</summary>
public sealed record ImportResult(int Added, int Replaced, int Skipped, IReadOnlyList<string> Conflicts);

/// <summary>
/// The watchlist as one encrypted file: PBKDF2-SHA256 (600,000) over a passphrase of 12 characters or more, AES-256-GCM in
/// chunks (STREAM construction, Hoang et al. 2015), header authenticated.
/// </summary>
public sealed class WatchlistBundles
{
    /// <summary>Writes all persons with photos and templates.</summary>
    public Task<int> Export(Stream target, string passphrase, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>All or nothing; alerts go on being stored meanwhile.</summary>
    /// <exception cref="StoreException"><see cref="StoreFault.Tampered"/>: wrong passphrase, changed or cut file.</exception>
    public Task<ImportResult> Import(
        Stream source, string passphrase, ImportPolicy policy, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();
}
