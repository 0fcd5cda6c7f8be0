using System.Runtime.InteropServices;
using System.Text.Json;
using Appliance.Core.Recognition;
using Appliance.Store.Database;
using Appliance.Store.Keys;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Watchlist;

/// <summary>Photos and templates in and out of their tables; both are sealed for their person.</summary>
internal sealed class PhotoRow(KeyRing keys)
{
    internal void Insert(Session session, long personKey, PersonId person, string id, NewPhoto photo, DateTimeOffset at, bool keepImage)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new(photo.ContentType, photo.Quality), StoreJson.Default.PhotoBody);
        var image = keepImage && !photo.Image.IsEmpty ? keys.Seal(SealedFor.Image(person.Value, id), photo.Image.Span) : null;
        session.Execute(
            "INSERT INTO photos (id, person, added_at, bytes, body, image) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            id, personKey, at.ToDb(), image is null ? 0 : photo.Image.Length, keys.Seal(SealedFor.Photo(person.Value, id), body), image);
        foreach (var template in photo.Templates)
            Insert(session, personKey, person, id, template);
    }

    /// <summary>Replaces an earlier one of the same model.</summary>
    internal void Insert(Session session, long personKey, PersonId person, string photo, FaceTemplate template) => session.Execute(
        "INSERT OR REPLACE INTO templates (person, photo, model, body) VALUES (?1, ?2, ?3, ?4)",
        personKey, photo, template.Model,
        keys.Seal(SealedFor.Template(person.Value, photo, template.Model), MemoryMarshal.AsBytes(template.Values.AsSpan())));

    /// <summary>False: there was none.</summary>
    internal static bool Remove(Session session, long personKey, string photo) =>
        session.Execute("DELETE FROM photos WHERE person = ?1 AND id = ?2", personKey, photo) > 0;

    internal PhotoInfo? Find(Session session, long personKey, PersonId person, string photo) =>
        All(session, personKey, person).FirstOrDefault(info => info.Id == photo);

    /// <summary>Oldest first.</summary>
    internal List<PhotoInfo> All(Session session, long personKey, PersonId person)
    {
        var models = session.All(
            "SELECT photo, model FROM templates WHERE person = ?1 ORDER BY model", row => (Photo: row.GetString(0), Model: row.GetString(1)), personKey)
            .ToLookup(row => row.Photo, row => row.Model);
        return session.All(
            "SELECT id, bytes, added_at, body FROM photos WHERE person = ?1 ORDER BY added_at, rowid",
            row =>
            {
                var id = row.GetString(0);
                var body = JsonSerializer.Deserialize(
                    keys.Open(SealedFor.Photo(person.Value, id), row.GetFieldValue<byte[]>(3)), StoreJson.Default.PhotoBody)!;
                return new PhotoInfo(id, body.ContentType, row.GetInt32(1), [.. models[id]], body.Quality, Time.FromDb(row.GetInt64(2)));
            },
            personKey);
    }

    internal byte[]? Image(Session session, long personKey, PersonId person, string photo) => session.First(
        "SELECT image FROM photos WHERE person = ?1 AND id = ?2",
        row => row.IsDBNull(0) ? null : keys.Open(SealedFor.Image(person.Value, photo), row.GetFieldValue<byte[]>(0)), personKey, photo);

    internal List<float[]> Templates(Session session, long personKey, PersonId person, string model) => session.All(
        "SELECT photo, body FROM templates WHERE person = ?1 AND model = ?2 ORDER BY photo",
        row => Floats(keys.Open(SealedFor.Template(person.Value, row.GetString(0), model), row.GetFieldValue<byte[]>(1))), personKey, model);

    internal List<FaceTemplate> TemplatesOf(Session session, long personKey, PersonId person, string photo) => session.All(
        "SELECT model, body FROM templates WHERE person = ?1 AND photo = ?2 ORDER BY model",
        row => new FaceTemplate(
            row.GetString(0), Floats(keys.Open(SealedFor.Template(person.Value, photo, row.GetString(0)), row.GetFieldValue<byte[]>(1)))),
        personKey, photo);

    // Both boards and this machine are little-endian; a database does not move to one that is not.
    private static float[] Floats(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes).ToArray();
}
