using Appliance.Core.Recognition;
using Appliance.Store.Audit;

namespace Appliance.Store.Watchlist;

/// <summary>
/// The persons this box looks for. All that is personal is encrypted on disk; in memory the persons (not their photos) are held
/// in the clear. Every change is one transaction with its audit row.
/// </summary>
public sealed class WatchlistStore
{
    /// <summary>Raised after a change is durable, in order, on the writer's thread: be quick.</summary>
    public event Action<PersonChanged>? Changed { add => throw new NotImplementedException(); remove => throw new NotImplementedException(); }

    /// <summary>From memory, at once; null = no such person. Expired persons are returned too.</summary>
    public Person? Find(PersonId id) => throw new NotImplementedException();

    /// <summary>Persons held, expired ones included.</summary>
    public int Count => throw new NotImplementedException();

    /// <summary>In order of enrolment. <paramref name="cursor"/> = <see cref="Page{T}.Next"/> of the page before.</summary>
    public Page<Person> List(PersonFilter filter, string? cursor, int limit) => throw new NotImplementedException();

    /// <summary>Refused with all faults of the entry.</summary>
    public Task<Change<Person>> Add(
        PersonEntry entry, IReadOnlyList<NewPhoto> photos, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <param name="id">Who.</param>
    /// <param name="ifMatch">Version the caller saw; null = whatever is current.</param>
    /// <param name="entry">Replaces what was said before.</param>
    /// <param name="by">Who changes it.</param>
    /// <param name="cancel">Gives up waiting; the change may still happen.</param>
    public Task<Change<Person>> Update(
        PersonId id, int? ifMatch, PersonEntry entry, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

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
        throw new NotImplementedException();

    /// <summary>Adds a photo and its templates; the person's version goes up.</summary>
    public Task<Change<PhotoInfo>> AddPhoto(
        PersonId id, int? ifMatch, NewPhoto photo, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Adds templates of another model to a kept photo (re-teaching after a model change).</summary>
    public Task<Change<PhotoInfo>> AddTemplates(
        PersonId id, string photo, IReadOnlyList<FaceTemplate> templates, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    public Task<Change<PhotoInfo>> RemovePhoto(
        PersonId id, int? ifMatch, string photo, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Oldest first; null = no such person.</summary>
    public Task<IReadOnlyList<PhotoInfo>?> Photos(PersonId id, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Null: no such photo, or its pixels were not kept.</summary>
    public Task<PhotoImage?> ReadPhoto(PersonId id, string photo, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>The person's templates of one model.</summary>
    public Task<IReadOnlyList<float[]>> Templates(PersonId id, string model, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Persons that no photo has a template of that model for: invisible to it.</summary>
    public Task<IReadOnlyList<PersonId>> WithoutTemplates(string model, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    public Task<WatchlistVersion> Version(CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>
    /// Fills an index with the templates of its model and keeps it true from then on: changes, removals, expiry. Completes when
    /// it is filled; dispose the result to stop following.
    /// </summary>
    public Task<IDisposable> Feed(IWatchlistIndex index, CancellationToken cancel = default) => throw new NotImplementedException();
}
