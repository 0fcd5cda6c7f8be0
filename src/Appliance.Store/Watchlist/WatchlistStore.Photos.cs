using Appliance.Core;
using Appliance.Core.Recognition;
using Appliance.Store.Audit;
using Appliance.Store.Database;

namespace Appliance.Store.Watchlist;

public sealed partial class WatchlistStore
{
    /// <summary>Adds a photo and its templates; the person's version goes up.</summary>
    public Task<Change<PhotoInfo>> AddPhoto(
        PersonId id, int? ifMatch, NewPhoto photo, Actor by, CancellationToken cancel = default) =>
        PhotoRules.Check(photo) is { } fault
            ? Task.FromResult(Change<PhotoInfo>.Refused(fault))
            : Alter(id, ifMatch, cancel, (context, before) =>
            {
                if (context.Session.Number("SELECT count(*) FROM photos WHERE person = ?1", before.Key) >= PhotoRules.MaxPhotos)
                    return Change<PhotoInfo>.Refused($"a person has at most {PhotoRules.MaxPhotos} photos");
                var now = _clock.GetUtcNow().ToStored();
                var photoId = Ulid.New(now);
                _photos.Insert(context.Session, before.Key, id, photoId, photo, now, _options.KeepPhotos);
                return Done(context, before, photoId, by, "person.photo_add");
            }, PhotoConflict);

    /// <summary>Adds templates of another model to a kept photo (re-teaching after a model change).</summary>
    public Task<Change<PhotoInfo>> AddTemplates(
        PersonId id, string photo, IReadOnlyList<FaceTemplate> templates, Actor by, CancellationToken cancel = default) =>
        PhotoRules.Check(templates) is { } fault
            ? Task.FromResult(Change<PhotoInfo>.Refused(fault))
            : Alter(id, null, cancel, (context, before) =>
            {
                if (_photos.Find(context.Session, before.Key, id, photo) is null)
                    return Change<PhotoInfo>.NotFound();
                foreach (var template in templates)
                    _photos.Insert(context.Session, before.Key, id, photo, template);
                return Done(context, before, photo, by, "person.templates_add");
            }, PhotoConflict);

    /// <summary>
    /// Removes all templates of a model that leaves the box; the photos stay. Nothing of them is left in the file when it completes.
    /// Returns how many there were.
    /// </summary>
    public Task<int> RemoveTemplates(string model, Actor by, CancellationToken cancel = default) => _database.Write(
        context =>
        {
            var owners = context.Session.All(
                "SELECT DISTINCT persons.id FROM templates JOIN persons ON persons.key = templates.person WHERE model = ?1 AND staged = 0",
                row => new PersonId(row.GetString(0)), model);
            var removed = context.Session.Execute("DELETE FROM templates WHERE model = ?1", model);
            if (removed == 0)
                return 0;

            foreach (var id in owners)
            {
                var before = _persons.Find(context.Session, id)!;
                var after = before with { Person = Next(before.Person) };
                _persons.Update(context.Session, after);
                Settle(context, after);
            }

            _audit.Append(context.Session, by, "watchlist.templates_remove", model, $"{removed} templates");
            context.Erase = true;
            return removed;
        },
        cancel);

    public Task<Change<PhotoInfo>> RemovePhoto(
        PersonId id, int? ifMatch, string photo, Actor by, CancellationToken cancel = default) =>
        Alter(id, ifMatch, cancel, (context, before) =>
        {
            if (_photos.Find(context.Session, before.Key, id, photo) is not { } info)
                return Change<PhotoInfo>.NotFound();
            PhotoRow.Remove(context.Session, before.Key, photo);
            Touch(context, before, by, "person.photo_remove", photo);
            context.Erase = true;
            return Change<PhotoInfo>.Done(info);
        }, PhotoConflict);

    /// <summary>Oldest first; null = no such person.</summary>
    public Task<IReadOnlyList<PhotoInfo>?> Photos(PersonId id, CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<PhotoInfo>?>(
            session => _persons.Find(session, id) is { } person ? _photos.All(session, person.Key, id) : null, cancel);

    /// <summary>Null: no such photo, or its pixels were not kept.</summary>
    public Task<PhotoImage?> ReadPhoto(PersonId id, string photo, CancellationToken cancel = default) => _database.Read(
        session =>
        {
            if (_persons.Find(session, id) is not { } person || _photos.Find(session, person.Key, id, photo) is not { } info)
                return null;
            return _photos.Image(session, person.Key, id, photo) is { } image ? new PhotoImage(info.ContentType, image) : null;
        },
        cancel);

    /// <summary>The person's templates of one model.</summary>
    public Task<IReadOnlyList<float[]>> Templates(PersonId id, string model, CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<float[]>>(
            session => _persons.Find(session, id) is { } person ? _photos.Templates(session, person.Key, id, model) : [], cancel);

    // The caller's version is of the person; the reason tells which one is current.
    private static Change<PhotoInfo> PhotoConflict(Person current) =>
        new(ChangeStatus.VersionConflict, null, $"the person is at version {current.Version}");

    private Change<PhotoInfo> Done(WriteContext context, StoredPerson before, string photo, Actor by, string action)
    {
        Touch(context, before, by, action, photo);
        return Change<PhotoInfo>.Done(_photos.Find(context.Session, before.Key, before.Person.Id, photo)!);
    }

    private void Touch(WriteContext context, StoredPerson before, Actor by, string action, string photo)
    {
        var after = before with { Person = Next(before.Person) };
        _persons.Update(context.Session, after);
        _audit.Append(context.Session, by, action, before.Person.Id.Value, photo);
        Settle(context, after);
    }
}
