using System.Security.Cryptography;
using System.Text.Json;
using Appliance.Core.Recognition;
using Appliance.Store.Database;
using Appliance.Store.Keys;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Watchlist;

/// <summary>A person as they lie in the database.</summary>
internal sealed record StoredPerson(long Key, byte[] Salt, Person Person);

/// <summary>Persons in and out of their table; everything personal is sealed.</summary>
internal sealed class PersonRow(KeyRing keys)
{
    internal const int SaltBytes = 16;

    private const string Columns = "key, id, version, created_at, updated_at, expires_at, body";

    internal StoredPerson? Find(Session session, PersonId id) =>
        session.First($"SELECT {Columns} FROM persons WHERE id = ?1 AND staged = 0", Read, id.Value);

    /// <summary>Those in force, by row key; <paramref name="unreadable"/> counts those that no key opens.</summary>
    internal List<StoredPerson> All(Session session, out long unreadable)
    {
        long failed = 0;
        var persons = session.All($"SELECT {Columns} FROM persons WHERE staged = 0 ORDER BY key", ReadOrNull);
        unreadable = failed;
        return [.. persons.OfType<StoredPerson>()];

        StoredPerson? ReadOrNull(SqliteDataReader row)
        {
            try
            {
                return Read(row);
            }
            catch (StoreException error) when (error.Fault is StoreFault.KeyMissing or StoreFault.Tampered)
            {
                failed++;
                return null;
            }
        }
    }

    /// <summary>Returns the row's key. The digest is set by <see cref="Digest"/> once photos are in.</summary>
    internal long Insert(Session session, Person person, byte[] salt, long staged) => session.Number(
        "INSERT INTO persons (id, staged, version, created_at, updated_at, expires_at, digest, body) "
        + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, x'', ?7) RETURNING key",
        person.Id.Value, staged, person.Version, person.CreatedAt.ToDb(), person.UpdatedAt.ToDb(), person.ExpiresAt?.ToDb(), Seal(person, salt));

    internal void Update(Session session, StoredPerson stored)
    {
        var person = stored.Person;
        session.Execute(
            "UPDATE persons SET version = ?2, updated_at = ?3, expires_at = ?4, body = ?5 WHERE key = ?1",
            stored.Key, person.Version, person.UpdatedAt.ToDb(), person.ExpiresAt?.ToDb(), Seal(person, stored.Salt));
    }

    /// <summary>SHA-256 over the salted entry and the hashes of all templates: changes with whatever decides a match.</summary>
    internal void Digest(Session session, StoredPerson stored)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(Body(stored.Person, stored.Salt), StoreJson.Default.PersonBody));
        hash.AppendData(BitConverter.GetBytes(stored.Person.ExpiresAt?.ToDb() ?? long.MaxValue));
        hash.AppendData(BitConverter.GetBytes(stored.Person.Version));
        var id = stored.Person.Id.Value;
        var templates = session.All(
            "SELECT photo, model, body FROM templates WHERE person = ?1 ORDER BY photo, model",
            row => SHA256.HashData(keys.Open(SealedFor.Template(id, row.GetString(0), row.GetString(1)), row.GetFieldValue<byte[]>(2))),
            stored.Key);
        templates.ForEach(hash.AppendData);
        session.Execute("UPDATE persons SET digest = ?2 WHERE key = ?1", stored.Key, hash.GetHashAndReset());
    }

    private static PersonBody Body(Person person, byte[] salt) => new(salt, PersonEntry.From(person));

    private byte[] Seal(Person person, byte[] salt) => keys.Seal(
        SealedFor.Person(person.Id.Value), JsonSerializer.SerializeToUtf8Bytes(Body(person, salt), StoreJson.Default.PersonBody));

    private StoredPerson Read(SqliteDataReader row)
    {
        var id = row.GetString(1);
        var body = JsonSerializer.Deserialize(
            keys.Open(SealedFor.Person(id), row.GetFieldValue<byte[]>(6)), StoreJson.Default.PersonBody)!;
        return new(row.GetInt64(0), body.Salt, new()
        {
            Id = new(id),
            Name = body.Name,
            Category = body.Category,
            LegalBasis = body.LegalBasis,
            Reviewer = body.Reviewer,
            Notes = body.Notes,
            Version = row.GetInt32(2),
            CreatedAt = Time.FromDb(row.GetInt64(3)),
            UpdatedAt = Time.FromDb(row.GetInt64(4)),
            ExpiresAt = row.IsDBNull(5) ? null : Time.FromDb(row.GetInt64(5)),
        });
    }
}
