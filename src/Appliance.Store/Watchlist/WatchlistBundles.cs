using System.Runtime.InteropServices;
using Appliance.Core.Recognition;
using Appliance.Store.Audit;
using Appliance.Store.Database;
using Appliance.Store.Keys;

namespace Appliance.Store.Watchlist;

/// <summary>
/// The watchlist as one encrypted file: PBKDF2-SHA256 (600,000) over a passphrase of 12 characters or more, AES-256-GCM in
/// chunks (STREAM construction, Hoang et al. 2015), header authenticated.
/// </summary>
public sealed partial class WatchlistBundles
{
    private readonly StoreDatabase _database;
    private readonly AuditLog _audit;
    private readonly WatchlistStore _watchlist;
    private readonly StoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly PersonRow _persons;
    private readonly PhotoRow _photos;

    internal WatchlistBundles(
        StoreDatabase database, KeyRing keys, AuditLog audit, WatchlistStore watchlist, StoreOptions options, TimeProvider clock)
    {
        (_database, _audit, _watchlist, _options, _clock) = (database, audit, watchlist, options, clock);
        (_persons, _photos) = (new(keys), new(keys));
    }

    /// <summary>Null = good enough.</summary>
    public static string? CheckPassphrase(string passphrase) => passphrase.Length >= BundleCipher.MinPassphrase
        ? null
        : $"the passphrase needs {BundleCipher.MinPassphrase} characters or more";

    /// <summary>Writes all persons with photos and templates; returns how many persons.</summary>
    /// <exception cref="ArgumentException">See <see cref="CheckPassphrase"/>.</exception>
    public async Task<int> Export(Stream target, string passphrase, Actor by, CancellationToken cancel = default)
    {
        if (CheckPassphrase(passphrase) is { } fault)
            throw new ArgumentException(fault, nameof(passphrase));
        using var cipher = await Task.Run(() => BundleCipher.Create(target, passphrase, _clock.GetUtcNow()), cancel).ConfigureAwait(false);
        var writer = new BundleWriter(target, cipher);
        var count = 0;
        foreach (var person in _watchlist.All)
        {
            if (await _database.Read(session => _persons.Find(session, person.Id), cancel).ConfigureAwait(false) is not { } stored)
                continue;
            await writer.Write(new() { Person = ToBundle(stored.Person) }, cancel).ConfigureAwait(false);
            var photos = await _database.Read(session => _photos.All(session, stored.Key, person.Id), cancel).ConfigureAwait(false);
            foreach (var photo in photos)
            {
                var item = await _database.Read(session => ToBundle(session, stored, photo), cancel).ConfigureAwait(false);
                await writer.Write(new() { Photo = item }, cancel).ConfigureAwait(false);
            }

            count++;
        }

        await writer.Write(new() { Persons = count }, cancel).ConfigureAwait(false);
        await writer.Finish(cancel).ConfigureAwait(false);
        await _audit.Append(by, "watchlist.export", "", $"{count} persons", cancel).ConfigureAwait(false);
        return count;
    }

    private static BundlePerson ToBundle(Person person) => new(
        person.Id.Value, person.Name, person.Category, person.LegalBasis, person.Reviewer, person.Notes, person.ExpiresAt,
        person.CreatedAt, person.UpdatedAt, person.Version);

    private BundlePhoto ToBundle(Session session, StoredPerson stored, PhotoInfo photo)
    {
        var templates = _photos.TemplatesOf(session, stored.Key, stored.Person.Id, photo.Id)
            .Select(template => new BundleTemplate(template.Model, MemoryMarshal.AsBytes(template.Values.AsSpan()).ToArray()));
        return new(
            photo.Id, photo.ContentType, photo.Quality, photo.AddedAt,
            _photos.Image(session, stored.Key, stored.Person.Id, photo.Id) ?? [], [.. templates]);
    }
}
