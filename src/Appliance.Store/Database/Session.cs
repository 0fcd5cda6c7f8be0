using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Appliance.Store.Database;

/// <summary>
/// A connection with its prepared statements. Parameters are <c>?1</c>, <c>?2</c>, … in the order of the arguments. Used by one
/// thread at a time; a statement is not used inside its own result.
/// </summary>
internal sealed class Session : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _statements = [];

    private Session(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the file and makes the connection behave: waits for locks, checks references, wipes what it deletes.</summary>
    internal static Session Open(string path, bool create = false, bool readOnly = false)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = create ? SqliteOpenMode.ReadWriteCreate : readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = 10,
        }.ToString());
        try
        {
            connection.Open();
            var session = new Session(connection);
            session.Run("PRAGMA busy_timeout = 5000");
            session.Run("PRAGMA foreign_keys = ON");
            session.Run("PRAGMA trusted_schema = OFF");
            session.Run("PRAGMA cell_size_check = ON");
            session.Run("PRAGMA temp_store = MEMORY");
            session.Run("PRAGMA secure_delete = ON");
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>False once SQLite rolled a transaction back by itself (full disk, I/O error).</summary>
    internal bool InTransaction => raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    /// <summary>Pages this connection has written since it was opened.</summary>
    internal long PagesWritten
    {
        get
        {
            const int cacheWrite = 9; // SQLITE_DBSTATUS_CACHE_WRITE
            raw.sqlite3_db_status(_connection.Handle, cacheWrite, out var pages, out _, 0);
            return (uint)pages;
        }
    }

    /// <summary>Runs text that is not worth preparing (pragmas, scripts).</summary>
    internal void Run(string script)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }

    /// <summary>Returns the number of rows changed.</summary>
    internal int Execute(string sql, params ReadOnlySpan<object?> arguments) => Bind(sql, arguments).ExecuteNonQuery();

    internal long Number(string sql, params ReadOnlySpan<object?> arguments) =>
        Bind(sql, arguments).ExecuteScalar() is long value ? value : 0;

    internal T? First<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> arguments)
    {
        using var reader = Bind(sql, arguments).ExecuteReader();
        return reader.Read() ? map(reader) : default;
    }

    internal List<T> All<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> arguments)
    {
        var rows = new List<T>();
        using var reader = Bind(sql, arguments).ExecuteReader();
        while (reader.Read())
            rows.Add(map(reader));
        return rows;
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = _connection.CreateCommand();
            statement.CommandText = sql;
            for (var i = 1; i <= arguments.Length; i++)
                statement.Parameters.Add(new SqliteParameter { ParameterName = $"?{i}" });
            _statements.Add(sql, statement);
        }

        for (var i = 0; i < arguments.Length; i++)
            statement.Parameters[i].Value = arguments[i] ?? DBNull.Value;
        return statement;
    }
}
