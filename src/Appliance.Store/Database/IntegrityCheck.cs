using Microsoft.Data.Sqlite;

namespace Appliance.Store.Database;

/// <summary>Whether a database file is sound.</summary>
public static class IntegrityCheck
{
    /// <summary>
    /// Null = sound; otherwise what is wrong. <paramref name="full"/> also compares indexes with their tables (slow; what
    /// <c>doctor</c> does, also beside a running daemon).
    /// </summary>
    /// <exception cref="StoreException">The file cannot be opened for another reason than damage.</exception>
    public static string? Run(string path, bool full)
    {
        SqliteLibrary.Require();
        try
        {
            using var session = Session.Open(path);
            return Run(session, full);
        }
        catch (SqliteException error)
        {
            var fault = StoreErrors.From(error, path);
            if (fault?.Fault == StoreFault.Corrupt)
                return fault.Message;
            if (fault is not null)
                throw fault;
            throw;
        }
    }

    internal static string? Run(Session session, bool full)
    {
        var lines = session.All(full ? "PRAGMA integrity_check(5)" : "PRAGMA quick_check(5)", row => row.GetString(0));
        if (full && lines is ["ok"])
            lines = session.All("PRAGMA foreign_key_check", row => $"row {row.GetValue(1)} of {row.GetString(0)} has no parent");
        return lines is ["ok"] or [] ? null : string.Join("; ", lines);
    }
}
