using System.Text.Json;
using Appliance.Core.Alerts;
using Appliance.Store.Keys;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Alerts;

/// <summary>The sealed part of a review.</summary>
internal sealed record ReviewBody(string Reviewer, string Comment);

/// <summary>How alerts lie in the database: the body sealed, what lists filter by beside it.</summary>
internal sealed class AlertRow(KeyRing keys)
{
    /// <summary>Columns in the order that <see cref="Read"/> takes them.</summary>
    internal const string Columns = "seq, id, body, state, version, utc, kind, severity, camera";

    internal byte[] Seal(Alert alert) =>
        keys.Seal(SealedFor.Alert(alert.Id.Value), JsonSerializer.SerializeToUtf8Bytes(alert, StoreJson.Default.Alert));

    /// <summary>The column holds the number; the body was sealed with it too.</summary>
    /// <exception cref="StoreException">Its key is missing or the row was changed.</exception>
    internal Alert Open(long seq, string id, byte[] body)
    {
        var alert = JsonSerializer.Deserialize(keys.Open(SealedFor.Alert(id), body), StoreJson.Default.Alert)!;
        return alert.Seq == seq && alert.Id.Value == id
            ? alert
            : throw new StoreException(StoreFault.Tampered, $"alert {id} was moved to number {seq}");
    }

    /// <summary>A row that does not open is shown with what is in the clear, so that one does not hide all others.</summary>
    internal StoredAlert Read(SqliteDataReader row)
    {
        var (state, version) = ((AlertState)row.GetInt32(3), row.GetInt32(4));
        try
        {
            return new(Open(row.GetInt64(0), row.GetString(1), row.GetFieldValue<byte[]>(2)), state, version);
        }
        catch (StoreException error) when (error.Fault is StoreFault.KeyMissing or StoreFault.Tampered)
        {
            return new(Stub(row, error.Message), state, version);
        }
    }

    internal byte[] Seal(string alert, DateTimeOffset at, ReviewBody body) =>
        keys.Seal(SealedFor.Review(alert, at), JsonSerializer.SerializeToUtf8Bytes(body, StoreJson.Default.ReviewBody));

    internal AlertReview ReadReview(SqliteDataReader row, string alert)
    {
        var at = Time.FromDb(row.GetInt64(0));
        var body = JsonSerializer.Deserialize(
            keys.Open(SealedFor.Review(alert, at), row.GetFieldValue<byte[]>(3)), StoreJson.Default.ReviewBody)!;
        return new(at, body.Reviewer, (ReviewAction)row.GetInt32(1), body.Comment, (AlertState)row.GetInt32(2));
    }

    private static Alert Stub(SqliteDataReader row, string why) => new()
    {
        Seq = row.GetInt64(0),
        Id = new(row.GetString(1)),
        BootId = Guid.Empty,
        Utc = Time.FromDb(row.GetInt64(5)),
        Kind = row.GetString(6),
        Severity = (Severity)row.GetInt32(7),
        Camera = new(row.GetString(8)),
        Detail = why,
    };
}
