using System.Security.Cryptography;
using Appliance.Core;
using Appliance.Core.Recognition;
using Appliance.Store.Audit;
using Appliance.Store.Database;

namespace Appliance.Store.Watchlist;

public sealed partial class WatchlistStore
{
    /// <summary>Refused with all faults of the entry.</summary>
    public Task<Change<Person>> Add(
        PersonEntry entry, IReadOnlyList<NewPhoto> photos, Actor by, CancellationToken cancel = default)
    {
        if (Faults(entry) is { Length: > 0 } faults)
            return Refuse(faults);
        if (photos.Count > PhotoRules.MaxPhotos)
            return Refuse($"a person has at most {PhotoRules.MaxPhotos} photos");
        if (photos.Select(PhotoRules.Check).FirstOrDefault(fault => fault is not null) is { } fault)
            return Refuse(fault);

        var now = _clock.GetUtcNow().ToStored();
        var person = Apply(entry, new()
        {
            Id = new(Ulid.New(now)),
            Name = "",
            Category = "",
            LegalBasis = "",
            CreatedAt = now,
            UpdatedAt = now,
            Version = 0,
        });
        var stored = new StoredPerson(0, RandomNumberGenerator.GetBytes(PersonRow.SaltBytes), person);
        return _database.Write(context => Add(context, stored, photos, by), cancel);

        static Task<Change<Person>> Refuse(string reason) => Task.FromResult(Change<Person>.Refused(reason));
    }

    /// <param name="id">Who.</param>
    /// <param name="ifMatch">Version the caller saw; null = whatever is current.</param>
    /// <param name="entry">Replaces what was said before.</param>
    /// <param name="by">Who changes it.</param>
    /// <param name="cancel">Gives up waiting; the change may still happen.</param>
    public Task<Change<Person>> Update(
        PersonId id, int? ifMatch, PersonEntry entry, Actor by, CancellationToken cancel = default) =>
        Faults(entry) is { Length: > 0 } faults
            ? Task.FromResult(Change<Person>.Refused(faults))
            : Alter(id, ifMatch, cancel, (context, before) =>
            {
                var after = before with { Person = Apply(entry, before.Person) };
                _persons.Update(context.Session, after);
                _audit.Append(context.Session, by, "person.update", id.Value, Difference(before.Person, after.Person));
                Settle(context, after);
                return Change<Person>.Done(after.Person);
            }, Change<Person>.Conflict);

    /// <summary>
    /// Removes the person with all photos and templates. When it completes, neither the file nor its log holds the records, not
    /// even encrypted.
    /// </summary>
    /// <param name="id">Who.</param>
    /// <param name="ifMatch">Version the caller saw; null = whatever is current.</param>
    /// <param name="forgetInAlerts">Also blank the name in the alerts kept so far.</param>
    /// <param name="by">Who removes them.</param>
    /// <param name="cancel">Gives up waiting; the change may still happen.</param>
    public Task<Change<Person>> Remove(
        PersonId id, int? ifMatch, bool forgetInAlerts, Actor by, CancellationToken cancel = default) =>
        Alter(id, ifMatch, cancel, (context, before) =>
        {
            context.Session.Execute("DELETE FROM persons WHERE key = ?1", before.Key);
            var alerts = forgetInAlerts ? _alerts.Forget(context.Session, id) : 0;
            _audit.Append(context.Session, by, "person.remove", id.Value, forgetInAlerts ? $"name blanked in {alerts} alerts" : "");
            CountChange(context.Session);
            context.Erase = true;
            context.AfterCommit(() => Publish(id, null));
            return Change<Person>.Done(before.Person);
        }, Change<Person>.Conflict);

    private Change<Person> Add(WriteContext context, StoredPerson stored, IReadOnlyList<NewPhoto> photos, Actor by)
    {
        var key = _persons.Insert(context.Session, stored.Person, stored.Salt, staged: 0);
        var after = stored with { Key = key };
        foreach (var photo in photos)
            _photos.Insert(context.Session, key, after.Person.Id, Ulid.New(after.Person.CreatedAt), photo, after.Person.CreatedAt, _options.KeepPhotos);
        _audit.Append(context.Session, by, "person.add", after.Person.Id.Value, $"{photos.Count} photos");
        Settle(context, after);
        return Change<Person>.Done(after.Person);
    }

    /// <summary>Finds the person in the writer's transaction, where nothing can change beside it, and checks the version.</summary>
    private Task<Change<T>> Alter<T>(
        PersonId id, int? ifMatch, CancellationToken cancel, Func<WriteContext, StoredPerson, Change<T>> work, Func<Person, Change<T>> conflict) =>
        _database.Write(
            context =>
            {
                if (_persons.Find(context.Session, id) is not { } before)
                    return Change<T>.NotFound();
                return ifMatch is not null && ifMatch != before.Person.Version ? conflict(before.Person) : work(context, before);
            },
            cancel);

    /// <summary>The end of every change that leaves a person.</summary>
    private void Settle(WriteContext context, StoredPerson after)
    {
        _persons.Digest(context.Session, after);
        CountChange(context.Session);
        context.AfterCommit(() => Publish(after.Person.Id, after.Person));
    }

    private Person Apply(PersonEntry entry, Person person) => Next(person) with
    {
        Name = entry.Name.Trim(),
        Category = entry.Category.Trim(),
        LegalBasis = entry.LegalBasis.Trim(),
        ExpiresAt = entry.ExpiresAt?.ToStored(),
        Reviewer = entry.Reviewer.Trim(),
        Notes = entry.Notes,
    };

    private Person Next(Person person) => person with { Version = person.Version + 1, UpdatedAt = _clock.GetUtcNow().ToStored() };

    // Which fields, never what they say: the log outlives the person's entry.
    private static string Difference(Person before, Person after) => string.Join(", ", new[]
    {
        before.Name != after.Name ? "name" : null,
        before.Category != after.Category ? "category" : null,
        before.LegalBasis != after.LegalBasis ? "legalBasis" : null,
        before.ExpiresAt != after.ExpiresAt ? "expiresAt" : null,
        before.Reviewer != after.Reviewer ? "reviewer" : null,
        before.Notes != after.Notes ? "notes" : null,
    }.OfType<string>());
}
