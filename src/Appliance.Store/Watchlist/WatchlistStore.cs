using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Appliance.Core.Recognition;
using Appliance.Store.Alerts;
using Appliance.Store.Audit;
using Appliance.Store.Database;
using Appliance.Store.Keys;
using Microsoft.Extensions.Logging;

namespace Appliance.Store.Watchlist;

/// <summary>
/// The persons this box looks for. All that is personal is encrypted on disk; in memory the persons (not their photos) are held
/// in the clear. Every change is one transaction with its audit row.
/// </summary>
public sealed partial class WatchlistStore
{
    private readonly StoreDatabase _database;
    private readonly AuditLog _audit;
    private readonly AlertLog _alerts;
    private readonly StoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationToken _closing;
    private readonly PersonRow _persons;
    private readonly PhotoRow _photos;

    // Replaced as a whole by the writer's thread; readers take what is current.
    private ImmutableSortedDictionary<string, Person> _current;

    internal WatchlistStore(
        StoreDatabase database, KeyRing keys, AuditLog audit, AlertLog alerts, IEnumerable<Person> persons, StoreOptions options,
        TimeProvider clock, ILogger logger, CancellationToken closing)
    {
        (_logger, _closing) = (logger, closing);
        (_database, _audit, _alerts, _options, _clock) = (database, audit, alerts, options, clock);
        (_persons, _photos) = (new(keys), new(keys));
        _current = persons.ToImmutableSortedDictionary(person => person.Id.Value, person => person, StringComparer.Ordinal);
    }

    /// <summary>Raised after a change is durable, in order, on the writer's thread: be quick.</summary>
    public event Action<PersonChanged>? Changed;

    /// <summary>Persons held, expired ones included.</summary>
    public int Count => Volatile.Read(ref _current).Count;

    internal IEnumerable<Person> All => Volatile.Read(ref _current).Values;

    /// <summary>From memory, at once; null = no such person. Expired persons are returned too.</summary>
    public Person? Find(PersonId id) => id.Value is { } text ? Volatile.Read(ref _current).GetValueOrDefault(text) : null;

    /// <summary>In order of enrolment (to the millisecond). <paramref name="cursor"/> = <see cref="Page{T}.Next"/> of the page before.</summary>
    public Page<Person> List(PersonFilter filter, string? cursor, int limit)
    {
        var now = _clock.GetUtcNow();
        var rows = All
            .Where(person => cursor is null || string.CompareOrdinal(person.Id.Value, cursor) > 0)
            .Where(person => filter.Name is null || person.Name.Contains(filter.Name, StringComparison.OrdinalIgnoreCase))
            .Where(person => filter.Category is null || string.Equals(person.Category, filter.Category, StringComparison.OrdinalIgnoreCase))
            .Where(person => filter.Expired is null || filter.Expired == person.ExpiresAt <= now)
            .Take(limit + 1).ToList();
        return Cursor.Page(rows, limit, person => person.Id.Value);
    }

    /// <summary>Persons that no photo has a template of that model for: invisible to it.</summary>
    public Task<IReadOnlyList<PersonId>> WithoutTemplates(string model, CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<PersonId>>(
            session => session.All(
                "SELECT id FROM persons WHERE staged = 0 AND NOT EXISTS "
                + "(SELECT 1 FROM templates WHERE person = persons.key AND model = ?1) ORDER BY id",
                row => new PersonId(row.GetString(0)), model),
            cancel);

    /// <summary>Persons who were enrolled from photos but have no template of that model: it would not recognise them.</summary>
    public Task<IReadOnlyList<PersonId>> UnknownTo(string model, CancellationToken cancel = default) =>
        _database.Read<IReadOnlyList<PersonId>>(
            session => session.All(
                "SELECT id FROM persons WHERE staged = 0 AND EXISTS (SELECT 1 FROM photos WHERE person = persons.key) AND NOT EXISTS "
                + "(SELECT 1 FROM templates WHERE person = persons.key AND model = ?1) ORDER BY id",
                row => new PersonId(row.GetString(0)), model),
            cancel);

    public Task<WatchlistVersion> Version(CancellationToken cancel = default) => _database.Read(
        session =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var rows = session.All(
                "SELECT id, digest FROM persons WHERE staged = 0 ORDER BY id",
                row => (Id: Encoding.UTF8.GetBytes(row.GetString(0)), Digest: row.GetFieldValue<byte[]>(1)));
            foreach (var (id, digest) in rows)
            {
                hash.AppendData(id);
                hash.AppendData(digest);
            }

            var version = session.Number("SELECT watchlist_version FROM appliance");
            return new WatchlistVersion(version, Convert.ToHexStringLower(hash.GetHashAndReset()), rows.Count);
        },
        cancel);

    /// <summary>The number of <see cref="Version"/> without its hash, which reads every person.</summary>
    public Task<long> VersionNumber(CancellationToken cancel = default) =>
        _database.Read(session => session.Number("SELECT watchlist_version FROM appliance"), cancel);

    /// <summary>
    /// Fills an index with the templates of its model and keeps it true from then on: changes, removals, expiry. Completes when
    /// it is filled; dispose the result to stop following.
    /// </summary>
    public async Task<IDisposable> Feed(IWatchlistIndex index, CancellationToken cancel = default)
    {
        var feed = new IndexFeed(this, _database, _photos, index, _clock, _logger, _closing);
        try
        {
            await feed.Fill(cancel).ConfigureAwait(false);
            return feed;
        }
        catch
        {
            feed.Dispose();
            throw;
        }
    }

    /// <summary>In the transaction of every change: one version of the whole watchlist.</summary>
    internal static void CountChange(Session session) =>
        session.Execute("UPDATE appliance SET watchlist_version = watchlist_version + 1");

    /// <summary>After the commit.</summary>
    internal void Publish(PersonId id, Person? person)
    {
        var current = _current;
        Volatile.Write(ref _current, person is null ? current.Remove(id.Value) : current.SetItem(id.Value, person));
        Changed?.Invoke(new(id, person));
    }

    private static string Faults(PersonEntry entry) => string.Join(
        "; ", PersonRules.Check(entry).Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Field} {fault.Fault}")));
}
