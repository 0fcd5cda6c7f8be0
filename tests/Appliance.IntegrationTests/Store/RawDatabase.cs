using Appliance.Store.Database;
using Microsoft.Data.Sqlite;

namespace Appliance.IntegrationTests.Store;

/// <summary>What someone with the file and a SQLite shell can do.</summary>
internal static class RawDatabase
{
    public static void Run(string path, string sql) => Use(path, connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    });

    public static List<byte[]> Blobs(string path, string sql) => Use(path, connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<byte[]>();
        while (reader.Read())
            rows.Add(reader.GetFieldValue<byte[]>(0));
        return rows;
    });

    private static T Use<T>(string path, Func<SqliteConnection, T> work)
    {
        Assert.True(SqliteLibrary.IsAvailable, SqliteLibrary.WhyNot);
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return work(connection);
    }
}
