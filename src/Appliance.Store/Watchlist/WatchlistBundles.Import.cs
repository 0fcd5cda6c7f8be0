using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Appliance.Core;
using Appliance.Core.Recognition;
using Appliance.Store.Audit;
using Appliance.Store.Database;

namespace Appliance.Store.Watchlist;

/// <remarks>
/// Persons of a bundle are stored beside the others under the import's number, where nothing sees them, a few per transaction:
/// alerts pass between them. Only when the whole bundle was read and authenticated one transaction puts them in force.
/// </remarks>
public sealed partial class WatchlistBundles
{
    private readonly SemaphoreSlim _importing = new(1, 1);

    /// <summary>All or nothing; alerts go on being stored meanwhile.</summary>
    /// <exception cref="StoreException"><see cref="StoreFault.Tampered"/>: wrong passphrase, changed or cut file.</exception>
    public async Task<ImportResult> Import(
        Stream source, string passphrase, ImportPolicy policy, Actor by, CancellationToken cancel = default)
    {
        // One at a time: the number that hides its persons must be its own.
        await _importing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await ImportAlone(source, passphrase, policy, by, cancel).ConfigureAwait(false);
        }
        finally
        {
            _importing.Release();
        }
    }

    private async Task<ImportResult> ImportAlone(
        Stream source, string passphrase, ImportPolicy policy, Actor by, CancellationToken cancel)
    {
        using var cipher = await Task.Run(() => BundleCipher.Open(source, passphrase), cancel).ConfigureAwait(false);
        var number = await _database.Read(session => session.Number("SELECT max(staged) + 1 FROM persons"), cancel).ConfigureAwait(false);
        number = Math.Max(1, number);
        try
        {
            var staged = await Stage(new(source, cipher), number, cancel).ConfigureAwait(false);
            return await _database.Write(context => Adopt(context, staged, number, policy, by), cancel).ConfigureAwait(false);
        }
        finally
        {
            await _database.Write(context => Drop(context, number), CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<List<StoredPerson>> Stage(BundleReader reader, long number, CancellationToken cancel)
    {
        var staged = new List<StoredPerson>();
        while (await reader.Read(cancel).ConfigureAwait(false) is { } item)
        {
            if (item.Person is { } person)
                staged.Add(await StagePerson(FromBundle(person), number, cancel).ConfigureAwait(false));
            else if (item.Photo is { } photo && staged.Count > 0)
                await StagePhoto(staged[^1], photo, cancel).ConfigureAwait(false);
            else if (item.Persons != staged.Count)
                throw BundleReader.Malformed();
        }

        return staged.Select(person => person.Person.Id).Distinct().Count() == staged.Count ? staged : throw BundleReader.Malformed();
    }

    private Task<StoredPerson> StagePerson(Person person, long number, CancellationToken cancel)
    {
        var salt = RandomNumberGenerator.GetBytes(PersonRow.SaltBytes);
        return _database.Write(
            context => new StoredPerson(_persons.Insert(context.Session, person, salt, number), salt, person), cancel);
    }

    private Task StagePhoto(StoredPerson stored, BundlePhoto photo, CancellationToken cancel)
    {
        var templates = photo.Templates
            .Select(template => new FaceTemplate(template.Model, MemoryMarshal.Cast<byte, float>(template.Values).ToArray())).ToList();
        var added = new NewPhoto(photo.ContentType, photo.Image, templates, photo.Quality);
        if (!Ulid.IsValid(photo.Id) || PhotoRules.Check(added) is not null)
            throw BundleReader.Malformed();
        return _database.Write(
            context => _photos.Insert(
                context.Session, stored.Key, stored.Person.Id, photo.Id, added, photo.AddedAt.ToStored(), _options.KeepPhotos),
            cancel);
    }

    private ImportResult Adopt(WriteContext context, List<StoredPerson> staged, long number, ImportPolicy policy, Actor by)
    {
        var session = context.Session;
        var known = staged.Select(person => (New: person, Old: _persons.Find(session, person.Person.Id)))
            .ToLookup(pair => pair.Old is not null);
        if (policy == ImportPolicy.Fail && known[true].Any())
            return new(0, 0, 0, [.. known[true].Select(pair => pair.New.Person.Id.Value)]);

        var replaced = policy == ImportPolicy.Replace ? known[true].ToList() : [];
        foreach (var (_, old) in replaced)
            session.Execute("DELETE FROM persons WHERE key = ?1", old!.Key);
        var adopted = known[false].Select(pair => pair.New).Concat(replaced.Select(pair => Above(pair.New, pair.Old!))).ToList();
        foreach (var person in adopted)
        {
            session.Execute("UPDATE persons SET staged = 0 WHERE key = ?1 AND staged = ?2", person.Key, number);
            _persons.Update(session, person);
            _persons.Digest(session, person);
            context.AfterCommit(() => _watchlist.Publish(person.Person.Id, person.Person));
        }

        var result = new ImportResult(known[false].Count(), replaced.Count, policy == ImportPolicy.Skip ? known[true].Count() : 0, []);
        WatchlistStore.CountChange(session);
        _audit.Append(session, by, "watchlist.import", "", $"{result.Added} added, {result.Replaced} replaced, {result.Skipped} skipped");
        context.Erase |= replaced.Count > 0;
        return result;
    }

    private static void Drop(WriteContext context, long number)
    {
        if (context.Session.Execute("DELETE FROM persons WHERE staged = ?1", number) > 0)
            context.Erase = true;
    }

    // Who holds the version of the entry that was replaced must see that it changed.
    private static StoredPerson Above(StoredPerson staged, StoredPerson old) =>
        staged with { Person = staged.Person with { Version = Math.Max(staged.Person.Version, old.Person.Version) + 1 } };

    private static Person FromBundle(BundlePerson person)
    {
        var entry = new PersonEntry
        {
            Name = person.Name,
            Category = person.Category,
            LegalBasis = person.LegalBasis,
            Reviewer = person.Reviewer,
            Notes = person.Notes,
        };
        if (!Ulid.IsValid(person.Id) || PersonRules.Check(entry).Count > 0 || person.Version < 1)
            throw BundleReader.Malformed();
        return new()
        {
            Id = new(person.Id),
            Name = person.Name,
            Category = person.Category,
            LegalBasis = person.LegalBasis,
            Reviewer = person.Reviewer,
            Notes = person.Notes,
            ExpiresAt = person.ExpiresAt?.ToStored(),
            CreatedAt = person.CreatedAt.ToStored(),
            UpdatedAt = person.UpdatedAt.ToStored(),
            Version = person.Version,
        };
    }
}
